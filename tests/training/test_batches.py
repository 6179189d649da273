"""Cached faces and batches: resumable stores, even draws, the same batch from any number of workers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from tests.training.conftest import FACE, write_pictures

from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Entry, Split
from unmask.errors import ConfigError, EmptyDataset, TrainingError
from unmask.training.batches import BatchMaker, split_items, training_items
from unmask.training.config import Data
from unmask.training.contact_sheet import contact_sheet
from unmask.training.crop_store import CropStore, Item, build_store, cached
from unmask.training.sampling import Sampler
from unmask.training.workers import batches
from unmask.types import Box, Face


def _boxed(manifest):
    return manifest.with_entries(replace(entry, box=FACE) for entry in manifest)


def test_a_store_holds_every_face_with_its_facts(store):
    assert len(store.items) == 240
    item = store.items[0]
    assert store.square(item).shape == (item.side, item.side, 3)
    assert item.entry.set in ("north", "south")
    assert Counter(i.entry.split for i in store.items)[Split.VALIDATION] == 80
    assert all(0 <= i.box.left < i.box.right <= i.side for i in store.items)


def test_a_killed_build_goes_on_and_a_finished_one_does_nothing(tmp_path):
    manifest = _boxed(read_folder(write_pictures(tmp_path / "sets", ("one",))))
    folder = tmp_path / "store"
    first = build_store(folder, [manifest], None, workers=1)
    part = next(folder.glob("*.csv"))
    part.with_suffix(".draft").write_bytes(b"half")
    times = {p.name: p.stat().st_mtime_ns for p in folder.glob("*.bin")}
    again = build_store(folder, [manifest], None, workers=1)
    assert {p.name: p.stat().st_mtime_ns for p in folder.glob("*.bin")} == times
    assert again.fingerprint() == first.fingerprint()
    part.unlink()
    assert build_store(folder, [manifest], None, workers=1).fingerprint() == first.fingerprint()


def test_pictures_without_a_face_or_that_are_broken_are_left_out(tmp_path):
    root = write_pictures(tmp_path, ("one",))
    (root / "one/Train/Real/000.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    entries = [e for e in read_folder(root) if "Train/Real" in e.path]
    broken = "one/Train/Real/000.png"
    assert broken in [e.path for e in entries]
    assert list(cached(root, entries, lambda image: ())) == []
    assert list(cached(root, entries, lambda image: (Face(Box(0, 0, 20, 20), 0.9),))) == []
    found = [e.path for e, _, _ in cached(root, entries, lambda image: (Face(FACE, 0.9),))]
    assert found == [e.path for e in entries if e.path != broken]


def test_an_empty_store_is_an_error(tmp_path):
    with pytest.raises(EmptyDataset):
        CropStore(tmp_path)


def _items(counts: dict[tuple[str, int, str], int]) -> list[Item]:
    return [
        Item(Entry(f"{name}{maker}{label}{i}", label, Split.TRAIN, name, maker), 0, 0, 1, FACE)
        for (name, label, maker), count in counts.items()
        for i in range(count)
    ]


COUNTS = {
    ("big", 0, ""): 900,
    ("small", 0, ""): 9,
    ("big", 1, "a"): 900,
    ("big", 1, "b"): 100,
    ("small", 1, ""): 9,
}


def _shares(data: Data, label: int) -> Counter:
    sampler, rng = Sampler(_items(COUNTS), data), np.random.default_rng(0)
    return Counter(
        (i.entry.set, i.entry.generator) for i in (sampler.draw(label, rng) for _ in range(4000))
    )


def test_sets_share_evenly_and_makers_by_the_root_of_their_size():
    drawn = _shares(Data(), 1)
    assert drawn["small", ""] / 4000 == pytest.approx(0.5, abs=0.03)
    assert drawn["big", "a"] / drawn["big", "b"] == pytest.approx(3, abs=0.4)


def test_balance_one_follows_the_size_and_weights_multiply():
    assert _shares(Data(balance=1.0), 0)["big", ""] / 4000 == pytest.approx(900 / 909, abs=0.01)
    assert _shares(Data(weights={"big": 3.0}), 0)["big", ""] / 4000 == pytest.approx(0.75, abs=0.03)


def test_impossible_shares_and_missing_classes_are_refused():
    with pytest.raises(ConfigError):
        Sampler(_items(COUNTS), Data(weights={"big": 0.0, "small": 0.0}))
    with pytest.raises(EmptyDataset):
        Sampler([i for i in _items(COUNTS) if i.entry.label == 0], Data())


def test_what_is_left_out_is_never_drawn(store, config, tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text(
        "south/south/Train/Real/000.png\nsouth/Train/Real/001.png\na name with spaces south/Train/Real/002.png\n"
    )
    data = replace(config.data, leave_out=("north",), leave_out_list=str(listed))
    items = training_items(store, replace(config, data=data))
    assert {i.entry.set for i in items} == {"south"}
    assert not [i for i in items if i.entry.path.endswith("Real/001.png")]
    assert len(items) == 79


def test_the_best_weights_are_not_chosen_on_what_is_left_out(store, config):
    out = replace(config, data=replace(config.data, leave_out=("north",)))
    assert {i.entry.set for i in split_items(store, out, Split.VALIDATION)} == {"south"}
    assert len(split_items(store, config, Split.VALIDATION)) == 80


def test_a_batch_is_half_real_half_fake_and_depends_on_seed_and_step_alone(store, config):
    make = BatchMaker(store, config)
    batch = make(5)
    assert (batch.images.dtype, batch.targets.mean()) == (np.uint8, 0.5)
    np.testing.assert_array_equal(batch.images, BatchMaker(store, config)(5).images)
    assert not np.array_equal(batch.images, make(6).images)
    assert not np.array_equal(batch.images, BatchMaker(store, replace(config, seed=99))(5).images)


def test_smoothing_and_class_weights_reach_the_batch(store, config):
    optimise = replace(config.optimise, label_smoothing=0.1, class_weights=(1.0, 3.0))
    batch = BatchMaker(store, replace(config, optimise=optimise))(0)
    assert sorted(set(batch.targets.tolist())) == pytest.approx([0.05, 0.95])
    assert sorted(set(batch.weights.tolist())) == [1.0, 3.0]


def test_workers_give_the_very_batches_that_one_process_gives(store, config):
    with batches(store.folder, config, 3, 8) as feed:
        expected = [batch.images for batch in feed]
    crew = replace(config, data=replace(config.data, workers=2))
    with batches(store.folder, crew, 3, 8) as feed:
        for wanted in expected:
            np.testing.assert_array_equal(next(feed).images, wanted)


def test_a_worker_that_dies_is_an_error_not_a_hang(store, config, tmp_path, capfd):
    crew = replace(config, data=replace(config.data, workers=1))
    with (
        pytest.raises(TrainingError, match="ended with code"),
        batches(tmp_path, crew, 0, 3) as feed,
    ):
        next(feed)
    assert "holds no cached faces" in capfd.readouterr().err


TRAINER = """
import json, sys, time
from multiprocessing import active_children
from pathlib import Path
from unmask.training.config import parse_config
from unmask.training.workers import batches

if __name__ == "__main__":
    with batches(Path(sys.argv[1]), parse_config(json.loads(sys.argv[2])), 0, 1000) as feed:
        next(feed)
        print(active_children()[0].pid, flush=True)
        time.sleep(300)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_the_worker_of_a_trainer_that_was_killed_ends_too(store, config, tmp_path):
    crew = replace(config, data=replace(config.data, workers=1))
    (tmp_path / "trainer.py").write_text(TRAINER, encoding="utf-8")
    command = [sys.executable, tmp_path / "trainer.py", store.folder, json.dumps(asdict(crew))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as trainer:
        assert trainer.stdout is not None
        worker = int(trainer.stdout.readline())
        assert Path(f"/proc/{worker}").exists()
        trainer.kill()
    deadline = time.monotonic() + 60
    while _runs(worker):
        assert time.monotonic() < deadline, "the worker outlived its trainer"
        time.sleep(0.1)


def _runs(pid: int) -> bool:
    """A process that ended but that nobody asked after is a zombie, not a runner."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_contact_sheet_shows_every_picture_in_the_colour_of_its_target(store, config):
    batch = BatchMaker(store, config)(0)
    sheet = contact_sheet(batch)
    tile = batch.images.shape[1] + 6
    assert sheet.shape == (2 * tile, 8 * tile, 3)
    np.testing.assert_array_equal(sheet[3 : tile - 3, 3 : tile - 3], batch.images[0])
    assert sheet[0, 0].tolist() == [0, 114, 178]
    assert sheet[0, tile].tolist() == [213, 94, 0]
