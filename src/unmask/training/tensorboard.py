"""History -> event files for TensorBoard, written anew each time so that a resumed run shows one line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from unmask.errors import MissingExtra


def write_events(folder: Path, history: list[dict[str, Any]]) -> None:
    """One point per epoch and number; TensorFlow writes them whatever backend trains."""
    try:
        import tensorflow as tf
    except ImportError:
        raise MissingExtra("Writing TensorBoard logs (keep.tensorboard)", "train") from None
    shutil.rmtree(folder, ignore_errors=True)
    writer = tf.summary.create_file_writer(str(folder))
    with writer.as_default():
        for row in history:
            for name, value in row.items():
                if name != "epoch":
                    tf.summary.scalar(name.replace("_", "/", 1), value, step=row["epoch"])
    writer.close()
