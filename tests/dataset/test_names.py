"""Names tell methods, clips and makers; clips tied together end in one group."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmask.dataset.names import Told, connected, told_by


@pytest.mark.parametrize(
    ("stem", "label", "told"),
    [
        ("Deepfakes_033_097_13", 1, Told("Deepfakes", ("033", "097"))),
        ("neuraltextures_033_097", 1, Told("NeuralTextures", ("033", "097"))),
        ("real_033_06", 0, Told("", ("033",))),
        ("real_1018", 0, Told()),
        ("gpt4o_06ebc4c0dc", 1, Told("gpt4o")),
        ("frame_06ebc4c0dc", 1, Told()),
        ("us_06ebc4c0dc", 0, Told()),
        ("06ebc4c0dc12", 1, Told()),
    ],
)
def test_what_a_name_tells(stem, label, told):
    assert told_by(stem, label) == told


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=3).map(tuple)))
def test_connected_is_the_smallest_name_that_can_be_reached(links):
    leaders = connected(links)
    assert leaders == {name: min(_reached(name, links)) for link in links for name in link}


def _reached(name: str, links: list[tuple[str, ...]]) -> set[str]:
    reached = {name}
    while more := {n for link in links if reached & set(link) for n in link} - reached:
        reached |= more
    return reached
