"""The whole way: a run folder and labelled pictures in, folders that open, agree and keep their budgets out."""

from __future__ import annotations

import json
from dataclasses import replace

import keras
import pytest
from tests.training import tiny_networks as tiny
from tests.training.conftest import write_pictures

from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Split
from unmask.errors import ConfigError
from unmask.stages.detectors.store import Store
from unmask.stages.faces.whole_image import WholeImage
from unmask.training.export import Material, Plan, export
from unmask.training.runs import in_float32, open_run
from unmask.types import CropSpec


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return read_folder(write_pictures(tmp_path_factory.mktemp("pictures")))


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory, pictures):
    """A network that has learnt the stripes of the fakes a little."""
    import numpy as np

    from unmask.evaluation.faces import labelled_faces

    keras.utils.set_random_seed(4)
    faces = labelled_faces([pictures.of(Split.TRAIN)], WholeImage(), CropSpec(32, 1.4))
    labels = np.array([e.label for e in faces.entries], np.float32)
    model = tiny.logit()
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, jit_compile=False)
    model.fit(faces.pixels().astype(np.float32), labels, epochs=30, batch_size=32, verbose=0)
    folder = tmp_path_factory.mktemp("runs") / "striped"
    folder.mkdir()
    model.save(folder / "best.keras")
    config = {"name": "striped", "architecture": {"size": 32}, "data": {"margin": 1.4}}
    (folder / "config.json").write_text(json.dumps({"config": config, "data": "0"}))
    return folder


@pytest.fixture(scope="module")
def exported(tmp_path_factory, run_folder, pictures):
    out = tmp_path_factory.mktemp("out")
    report = export(open_run(run_folder), Plan("striped"), Material((pictures,), WholeImage()), out)
    return out, report


def test_two_whole_detectors_are_written(exported):
    out, _ = exported
    store = Store((out,))
    assert store.names() == ("striped", "striped-int8")
    for name in store.names():
        store.verify(name)


def test_the_twin_has_thresholds_of_its_own(exported):
    store = Store((exported[0],))
    float32, int8 = (store.open(name).spec for name in ("striped", "striped-int8"))
    assert float32.calibration.slope != int8.calibration.slope
    assert float32.sha256 != int8.sha256
    assert "int8" in int8.summary


def test_what_it_began_from_is_not_forgotten(exported, run_folder, tmp_path):
    """A run that goes on from a detector has seen what that detector saw; one from a bare graph cannot know."""
    before = exported[0] / "striped"
    for start, sets in ((before, ("north", "south")), (before / "model.onnx", ("north", "south"))):
        assert open_run(_begun_at(start, run_folder, tmp_path)).seen_before == sets
    assert open_run(run_folder).seen_before == ()
    bare = tmp_path / "elsewhere" / "model.onnx"
    assert open_run(_begun_at(bare, run_folder, tmp_path)).seen_before == ()


def _begun_at(start, run_folder, tmp_path):
    config = {
        "name": "further",
        "architecture": {"size": 32, "start": str(start)},
        "data": {"margin": 1.4},
    }
    (tmp_path / "config.json").write_text(json.dumps({"config": config}))
    (tmp_path / "best.keras").write_bytes((run_folder / "best.keras").read_bytes())
    return tmp_path


def test_it_says_what_it_was_made_of(exported):
    spec = Store((exported[0],)).open("striped").spec
    assert spec.trained_on == ("north", "south")
    assert spec.from_run.startswith("striped, best.keras ")
    assert "40 real and 40 fake validation faces: north, south" in spec.calibration.fitted_on
    assert [p.false_alarm_rate.count for p in spec.policies] == [40, 40, 40]


def test_the_report_holds_every_figure(exported):
    out, report = exported
    assert json.loads((out / "export.json").read_text()) == json.loads(json.dumps(report))
    assert report["parity"]["logit"] < 1e-4
    assert report["int8_beside_float32"]["faces"] == 80
    rows = {(r["what"], r["threads"], r["batch"]) for r in report["speed"]["rows"]}
    assert {("striped", t, b) for t in (1, 2) for b in (1, 32)} <= rows
    assert report["speed"]["times_faster_than_keras"]["striped"] > 1
    assert report["detectors"]["striped"]["after"]["roc_auc"] > 0.6


def test_the_card_names_the_thresholds(exported):
    card = (exported[0] / "striped" / "README.md").read_text()
    policy = Store((exported[0],)).open("striped").spec.policy(0.01)
    assert f"{policy.fake_above:.4f}" in card
    assert "extrapolated" in card


def test_an_export_does_not_overwrite_another(exported, run_folder, pictures):
    with pytest.raises(ConfigError, match="exists already"):
        export(
            open_run(run_folder),
            Plan("striped", int8=False),
            Material((pictures,), WholeImage()),
            exported[0],
        )


def test_half_precision_layers_are_widened(tmp_path):
    image = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(4, 3, dtype="mixed_bfloat16")(image)
    x = keras.layers.GlobalAveragePooling2D(dtype="mixed_bfloat16")(x)
    model = tiny.shaken(keras.Model(image, keras.layers.Dense(1, dtype="float32")(x)))
    wide = in_float32(model)
    assert {layer.compute_dtype for layer in wide.layers} == {"float32"}
    for ours, theirs in zip(wide.get_weights(), model.get_weights(), strict=True):
        assert (ours == theirs).all()


@pytest.mark.parametrize("missing", ["config.json", "best.keras"])
def test_a_folder_that_is_no_finished_run_is_refused(tmp_path, run_folder, missing):
    for file in {"config.json", "best.keras"} - {missing}:
        (tmp_path / file).write_bytes((run_folder / file).read_bytes())
    with pytest.raises(ConfigError, match="best.keras" if "best" in missing else "config.json"):
        open_run(tmp_path)


def test_faces_are_found_with_the_finder_named(exported, pictures):
    """A picture in which no face is found takes no part."""

    class Blind:
        def find(self, image):
            return ()

    from unmask.errors import EmptyDataset

    material = replace(Material((pictures,), WholeImage()), finder=Blind())
    with pytest.raises(EmptyDataset, match="80 pictures gave none"):
        material.faces(Split.VALIDATION, CropSpec(32, 1.4))
