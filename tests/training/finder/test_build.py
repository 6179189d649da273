"""The whole workshop on drawn pictures: a few steps of training leave a complete, working finder folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.training.finder.conftest import background_pixels

from unmask.stages.faces.finder import OnnxFinder
from unmask.training.finder.drawings import drawings

keras = pytest.importorskip("keras", reason='training needs pip install "unmask[train]"')

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def built(data, tmp_path_factory, request):
    from unmask.training.finder import report
    from unmask.training.finder.build import Course, Order, build_finder

    patch = pytest.MonkeyPatch()
    request.addfinalizer(patch.undo)
    for name, value in {"SCENES": 20, "GROUPS": 2, "LANDSCAPES": 2}.items():
        patch.setattr(report, name, value)
    out = tmp_path_factory.mktemp("built") / "finder"
    build_finder(Order(data, out, Course(seed=3, steps=6), faceless=_things(out.parent)))
    return out


def _things(root: Path) -> Path:
    for index in range(12):
        path = root / "things" / "kettles" / f"{index:02}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(background_pixels(100 + index)).save(path)
    return root / "things"


def test_the_folder_is_complete_and_proves_itself(built):
    finder = OnnxFinder.open(built)
    finder.selftest()
    assert len(finder.candidates(drawings(finder.spec.size))) == 4


def test_the_description_names_seed_sets_and_thresholds(built):
    described = json.loads((built / "finder.json").read_text())
    assert described["trained_on"] == ["drawn", "painted", "backgrounds", "kettles"]
    assert "seed 3: 6 batches" in described["from_run"]
    assert 0 < described["suspicion"] <= described["threshold"] < 1


def test_the_card_holds_the_measured_figures(built):
    card = (built / "README.md").read_text()
    for row in (
        "| drawn | ",
        "| painted | ",
        "| Test backgrounds | ",
        "| Test things and animals | ",
        "| working size | ",
    ):
        assert row in card
    assert json.loads((built / "finder.json").read_text())["sha256"] in card


def test_training_lowers_the_loss_and_a_seed_repeats_it(data):
    from unmask.training.finder.fit import Batches, Course
    from unmask.training.finder.loss import FinderLoss
    from unmask.training.finder.pictures import TRAIN, read_entries
    from unmask.training.finder.trials import composer_of

    composer = composer_of(data, read_entries(data), TRAIN)
    one, two = (Batches(composer, Course(seed=5, steps=3))[2] for _ in range(2))
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])
    loss, target = FinderLoss(256), one[1]
    perfect = np.zeros((*target.shape[:2], 5), np.float32)
    perfect[..., 0] = np.where(target[..., 0] > 0, 12, -12)
    from unmask.training.finder.targets import cell_centres

    strides = cell_centres()[1][None, :, None]
    perfect[..., 1:] = np.log(np.maximum(target[..., 2:], 1e-2) / strides)
    wrong = perfect.copy()
    wrong[..., 0] *= -1
    best, worst = float(loss(target, perfect)), float(loss(target, wrong))
    assert best < 0.05
    assert worst > 10
