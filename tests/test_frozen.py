"""Plain values become frozen data, or an error that names the place."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import pytest

from unmask.errors import ConfigError
from unmask.frozen import build


@dataclass(frozen=True)
class Wheel:
    inches: int
    spokes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.inches > 99:
            raise ValueError("too large a wheel")


@dataclass(frozen=True)
class Bicycle:
    name: str
    front: Wheel
    light: bool = False
    weight: float | None = None
    spare: tuple[Wheel, ...] = ()
    prices: dict[str, float] = field(default_factory=dict)


PLAIN = {
    "name": "red",
    "front": {"inches": 28, "spokes": [3, 4]},
    "light": True,
    "weight": "1e1",
    "spare": [{"inches": 20}],
    "prices": {"today": 3},
}


def test_every_kind_of_value_arrives():
    red = Bicycle("red", Wheel(28, (3, 4)), True, 10.0, (Wheel(20),), {"today": 3.0})
    assert build(Bicycle, PLAIN) == red
    assert build(Bicycle, asdict(red)) == red
    assert build(Bicycle, {**PLAIN, "weight": None}).weight is None, "where nothing is allowed"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"nam": "x"}, "nam'. Did you mean 'name'"),
        ({"front": {"inch": 1}}, "Did you mean 'front.inches'"),
        ({"front": {}}, "front.inches is missing; expected int"),
        ({"front": 28}, "front holds 28; expected keys with values"),
        ({"front": {"inches": 28.5}}, "front.inches is 28.5; expected int"),
        ({"front": {"inches": 28, "spokes": "34"}}, "front.spokes is '34'; expected"),
        ({"spare": [{"inches": 20}, {"inches": None}]}, "spare.1.inches is None; expected int"),
        ({"light": 1}, "light is 1; expected bool"),
        ({"weight": True}, "weight is True; expected float"),
        ({"name": None}, "name is None; expected str"),
        ({"prices": {"today": "much"}}, "prices.today is 'much'; expected float"),
    ],
)
def test_the_place_and_what_was_expected_are_named(change, said):
    with pytest.raises(ConfigError) as caught:
        build(Bicycle, PLAIN | change)
    assert said in str(caught.value)


def test_what_the_data_refuses_itself_keeps_its_words():
    with pytest.raises(ValueError, match="too large a wheel"):
        build(Bicycle, PLAIN | {"front": {"inches": 100}})


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_anything_but_keys_is_refused(raw):
    with pytest.raises(ConfigError, match="expected keys with values"):
        build(Bicycle, raw)
