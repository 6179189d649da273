"""Detector names and a budget -> an Analyzer that is built once and shared by all sessions."""

from __future__ import annotations

import os
from dataclasses import dataclass

import streamlit as st

from unmask import Analyzer, UnmaskError, catalogue
from unmask.apps import settings
from unmask.apps.desk.instant import BUDGETS
from unmask.types import DetectorRef

__all__ = ["BUDGETS", "Choice", "analyzer", "default", "known"]


@dataclass(frozen=True)
class Choice:
    """What the sidebar says."""

    detectors: tuple[str, ...]
    budget: float


def known() -> tuple[str, ...]:
    """The detectors to choose from: the installed ones, and the one the settings name."""
    named = settings.load(os.environ).detector
    return tuple(dict.fromkeys((*named, *catalogue.names())))


def default() -> Choice:
    found = settings.load(os.environ)
    return Choice(found.detector, found.false_alarm_rate)


@st.cache_resource(show_spinner="Opening the detector ...", max_entries=8)
def analyzer(choice: Choice) -> Analyzer:
    limits = settings.load(os.environ).limits
    return Analyzer(choice.detectors, false_alarm_rate=choice.budget, limits=limits)


def cannot_judge(ref: DetectorRef) -> tuple[str, ...]:
    """What its makers say it is no good for; nothing when it is no longer on this machine."""
    for name in known():
        try:
            spec = catalogue.describe(name)
        except UnmaskError:
            continue
        if spec.sha256 == ref.sha256:
            return spec.cannot_judge
    return ()
