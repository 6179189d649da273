"""The figures on the shipped detectors' cards, measured again on a fixed sample of every Test set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import sqrt

import pytest
from tests.conftest import ROOT

from unmask import Analyzer
from unmask.catalogue import folder
from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Manifest, Split
from unmask.evaluation.evaluation import section
from unmask.evaluation.robustness import subset
from unmask.evaluation.scoring import score
from unmask.evaluation.slices import Part, by_set
from unmask.types import DEFAULT_DETECTOR

DATA = ROOT.parent / "shared" / "data"
PER_CLASS = 24
NUMBER = r"(-?[\d.]+)(?: %)?(?: \(-?[\d.]+ to -?[\d.]+\))?"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the pictures are not here ({DATA}); they may not be passed on"
)


@dataclass(frozen=True)
class Claim:
    """A row of the card: shares between 0 and 1, None where the card has a dash."""

    auc: float | None
    accused: float | None
    passed: float | None


@pytest.fixture(scope="module", params=[DEFAULT_DETECTOR, "accurate", "fast"])
def detector(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def claims(detector) -> dict[str, Claim]:
    card = (folder(detector) / "README.md").read_text(encoding="utf-8")
    table = card.split("## How good it is")[1].split("In brackets")[0]
    rows = [
        [c.strip() for c in line.split("|")[1:-1]] for line in table.splitlines() if "|" in line
    ]
    names = rows[0]
    return {
        row[0]: Claim(
            _value(row[names.index("ROC-AUC")]),
            _value(row[names.index("real called fake")]),
            _value(row[names.index("fake called real")]),
        )
        for row in rows[2:]
    }


def _value(cell: str) -> float | None:
    found = re.match(NUMBER, cell)
    return None if not found else float(found[1]) / (100 if "%" in cell else 1)


@pytest.fixture(scope="module")
def parts(detector) -> dict[str, Part]:
    test = read_folder(DATA).of(Split.TEST)
    chosen = Manifest(test.root, tuple(subset(test.entries, PER_CLASS)))
    return {part.name: part for part in by_set(score(Analyzer(detector, explain=False), chosen))}


def test_every_set_of_the_card_is_measured(claims, parts):
    assert set(claims) - {"all sets"} == set(parts)


def test_fakes_rank_above_real_faces_as_often_as_the_card_says(claims, parts):
    """Four standard errors of an AUC (Hanley and McNeil) are chance; more would be a broken detector."""
    for name, part in parts.items():
        figure = section(part).figures.get("roc_auc")
        claimed = claims[name].auc
        if figure is None or claimed is None:
            continue
        real = sum(not s.fake for s in (*part.pictures, *part.borrowed))
        fake = sum(s.fake for s in part.pictures)
        assert figure.value >= claimed - 4 * _auc_error(claimed, real, fake), name


def test_firm_answers_are_wrong_as_seldom_as_the_card_says(claims, parts):
    for name, part in parts.items():
        for fake, claimed in ((False, claims[name].accused), (True, claims[name].passed)):
            pictures = [s for s in part.pictures if s.fake is fake]
            if claimed is None or not pictures:
                continue
            wrong = sum(s.wrong for s in pictures)
            chance = 4 * sqrt(claimed * (1 - claimed) * len(pictures)) + 1
            assert wrong <= claimed * len(pictures) + chance, f"{name}, fake: {fake}"


def _auc_error(auc: float, real: int, fake: int) -> float:
    a, b = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (fake - 1) * (a - auc**2) + (real - 1) * (b - auc**2)
    return sqrt(max(spread, 0.0) / (real * fake)) + 0.5 / min(real, fake)
