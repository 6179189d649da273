"""An exported graph and real pictures in, proof that it computes what Keras does out; ExportMismatch otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmask.errors import ExportMismatch
from unmask.runtime import Session
from unmask.training.serving import Serving
from unmask.types import Pixels

FEWEST = 32
TOLERANCE = 1e-4
"""Of a logit, or of its size where that is above one."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parity:
    """The largest differences seen, each relative to the larger of 1 and the value."""

    pictures: int
    logit: float
    activation_map: float
    answer: float
    batch: float


def prove(session: Session, serving: Serving, pictures: Pixels) -> Parity:
    """Compares logit, map and the model's own answer, and one picture alone with it among many."""
    if len(pictures) < FEWEST:
        raise ExportMismatch(
            f"{len(pictures)} pictures were given to compare with; expected at least {FEWEST}, "
            "real photographs. Give more."
        )
    many, alone = _answers(session, pictures, FEWEST), _answers(session, pictures, 1)
    keras = {k: np.asarray(v) for k, v in serving(pictures).items()}
    parity = Parity(
        pictures=len(pictures),
        logit=difference(many["logit"], keras["logit"]),
        activation_map=difference(many["activation_map"], keras["activation_map"]),
        answer=difference(_answer(many["logit"], serving), serving.expected(pictures)),
        batch=difference(many["logit"], alone["logit"]),
    )
    _check(parity)
    return parity


def difference(left: NDArray[np.float32], right: NDArray[np.float32] | Floats) -> float:
    """The largest gap, in parts of the value where that is above one; infinite when shapes differ."""
    if left.shape != right.shape:
        return float("inf")
    gap = np.abs(left.astype(np.float64) - right) / np.maximum(1.0, np.abs(right))
    return float(np.max(np.nan_to_num(gap, nan=np.inf), initial=0.0))


def _answers(session: Session, pictures: Pixels, batch: int) -> dict[str, NDArray[np.float32]]:
    runs = [session.run({"image": pictures[i : i + batch]}) for i in range(0, len(pictures), batch)]
    return {name: np.concatenate([run[name] for run in runs]) for name in runs[0]}


def _answer(logit: NDArray[np.float32], serving: Serving) -> NDArray[np.float32]:
    return logit if serving.kind == "linear" else np.exp(-np.logaddexp(0.0, -logit))


def _check(parity: Parity) -> None:
    gaps = {
        "logits differ from Keras": parity.logit,
        "activation maps differ from Keras": parity.activation_map,
        "answers differ from the Keras model's own": parity.answer,
        "logits of one picture alone differ from those in a batch": parity.batch,
    }
    for what, gap in gaps.items():
        if not gap < TOLERANCE:
            raise ExportMismatch(
                f"The exported {what} by {gap:.3g} on {parity.pictures} pictures; less than "
                f"{TOLERANCE:g} is expected. Layers that work on sizes or at random may be to blame; "
                "export the network without them."
            )
