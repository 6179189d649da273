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
    # What `tf.summary.scalar` would write, without the TensorBoard package that it wants.
    kind = tf.compat.v1.SummaryMetadata
    scalar = kind(plugin_data=kind.PluginData(plugin_name="scalars"), data_class=1)
    shutil.rmtree(folder, ignore_errors=True)
    writer = tf.summary.create_file_writer(str(folder))
    with writer.as_default():
        for row in history:
            for name, value in row.items():
                if name != "epoch":
                    number = tf.constant(value, tf.float32)
                    tf.summary.write(name.replace("_", "/", 1), number, row["epoch"], scalar)
    writer.close()
