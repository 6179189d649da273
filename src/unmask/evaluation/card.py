"""Detector + Evaluation + what is known of its making -> README.md of the detector folder, its model card."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from unmask.dataset.manifest import Manifest, Split
from unmask.errors import ConfigError
from unmask.evaluation import sections
from unmask.evaluation.cross import Matrix, matrix_table, unseen_table
from unmask.evaluation.evaluation import Evaluation
from unmask.evaluation.tables import NOTHING, percent, table
from unmask.stages.detectors.spec import DetectorSpec
from unmask.types import Rate

SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)

INTENDED = """\
For people who must decide about a picture and want a second opinion with a number on it:
newsrooms, trust-and-safety teams, researchers, students. It looks at one face at a time and says
*real*, *fake* or *inconclusive*, with a calibrated probability.

Ask it as one witness among several: where was the picture first seen, who made it, is there an
original? *Inconclusive* is an answer and should be treated as one."""

MISUSE = """\
- As sole evidence against a person: in court, at work, at school, in moderation without a human.
- To decide that a picture is authentic. *Real* means that this detector found nothing; scenes can
  be staged, captions can lie, and makers it has never seen may pass.
- To identify people, or to judge age, origin, health or character: it was not made for that.
- To filter pictures of one group of people: false alarms were not measured for each group."""


@dataclass(frozen=True)
class Source:
    """What a set is and on what terms its owner gives it."""

    what: str
    terms: str


@dataclass(frozen=True)
class Background:
    """What the evaluation cannot know; every part may be missing, and then the card says so."""

    sources: dict[str, Source] = field(default_factory=dict)
    pictures: Manifest | None = None
    recipe: str = ""
    left_out: Matrix | None = None
    elsewhere: Evaluation | None = None
    notes: str = ""


def model_card(
    spec: DetectorSpec, result: Evaluation, background: Background = Background()
) -> str:
    for one in filter(None, (result, background.elsewhere)):
        _refuse_another(spec, one)
    return "\n\n".join([
        f"# {spec.name} {spec.version}",
        spec.summary,
        "## Intended use\n\n" + INTENDED,
        "## Misuse\n\n" + MISUSE,
        "## How good it is\n\n" + _good(spec, result),
        "## Slices\n\n" + sections.parts(result.slices),
        *_measured(result, background),
        "## Known failures, and why\n\n" + _failures(spec, result, background),
        "## Data\n\n" + _data(spec, background),
        "## Training\n\n" + _training(spec, background),
        "## Exactly which detector\n\n" + _identity(spec, result),
    ]) + "\n"  # fmt: skip


def _refuse_another(spec: DetectorSpec, result: Evaluation) -> None:
    """Figures of other weights, or of the same ones with other thresholds, do not belong on this card."""
    measured = result.measured
    policy = spec.policy(measured.false_alarm_budget)
    if spec.sha256 != measured.sha256:
        differs = f"weights ({measured.sha256[:12]} instead of {spec.sha256[:12]})"
    elif (policy.fake_above, policy.real_below) != (measured.fake_above, measured.real_below):
        differs = (
            f"thresholds (fake from {measured.fake_above:.4f} instead of {policy.fake_above:.4f})"
        )
    else:
        return
    raise ConfigError(
        f"The evaluation is of other {differs} than the detector {spec.name!r} has. Run "
        "`unmask evaluate` on this detector."
    )


def read_sources(path: Path) -> dict[str, Source]:
    """JSON: the name of a set -> {"what": ..., "terms": ...}."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {name: Source(**told) for name, told in data.items()}
    except (TypeError, ValueError, AttributeError) as error:
        raise ConfigError(
            f'{path} does not describe data sets: {error}. Expected {{"set": {{"what": ..., '
            '"terms": ...}}, ...}.'
        ) from error


def _good(spec: DetectorSpec, result: Evaluation) -> str:
    pool = result.pool.figures
    error = pool.get("calibration_error")
    unseen = ", on which it was neither trained, chosen nor calibrated"
    unseen = unseen if result.measured.split == Split.TEST else ""
    said = "" if error is None else f" Pooled calibration error: {error.value:.3f}."
    return (
        f"Measured on {result.pool.real + result.pool.fake} pictures of the split "
        f"{result.measured.split}{unseen}, through the whole shipped path: face finder, crop, calibration, stability check. Setting: "
        f"{percent(result.measured.false_alarm_budget)} false alarms.{said}\n\n"
        f"{sections.headlines(result)}\n\n{_operating_points(spec)}"
    )


def _operating_points(spec: DetectorSpec) -> str:
    rows = [
        [percent(p.false_alarm_budget), percent(p.fake_above), percent(p.real_below),
         _rate(p.false_alarm_rate), _rate(p.miss_rate), f"{p.min_face_pixels} px"]
        for p in spec.policies
    ]  # fmt: skip
    head = ["setting", "fake from", "real up to", "false alarms", "fakes called real", "least face"]
    return f"Operating points, as fixed on Validation:\n\n{table(head, rows)}"


def _measured(result: Evaluation, background: Background) -> list[str]:
    blocks = []
    if background.elsewhere:
        blocks.append(_elsewhere(background.elsewhere))
    if result.generators:
        blocks.append("## Makers and methods\n\n" + sections.parts(result.generators))
    if result.robustness:
        blocks.append("## Damaged pictures\n\n" + sections.robustness(result.robustness))
    if background.left_out:
        blocks.append(
            "## Makers it never saw\n\nROC-AUC of detectors of the same kind, each trained without "
            f"the sets or makers that its row names:\n\n{matrix_table(background.left_out)}\n\n{unseen_table(background.left_out)}".rstrip()
        )
    if result.shortcuts:
        blocks.append("## Could shortcuts do it?\n\n" + sections.shortcuts(result.shortcuts))
    return blocks


def _elsewhere(result: Evaluation) -> str:
    return (
        "## On pictures from elsewhere\n\nSets that no training saw, from other makers and "
        f"cameras, on the split {result.measured.split} of their own; the same path and setting. "
        f"This is what to expect of pictures that come from nobody's test set.\n\n{sections.headlines(result)}"
    )


def _failures(spec: DetectorSpec, result: Evaluation, background: Background) -> str:
    blocks = []
    if spec.cannot_judge:
        blocks.append("\n".join(f"- {line}" for line in spec.cannot_judge))
    blocks.append(
        "Where its mistakes on Test pile up (a count, not yet a cause):\n\n"
        + sections.mistakes(result)
    )
    if background.notes:
        blocks.append(background.notes.strip())
    return "\n\n".join(blocks)


def _data(spec: DetectorSpec, background: Background) -> str:
    names = list(spec.trained_on)
    counts: Counter[tuple[str, Split, int]] = Counter()
    if background.pictures:
        counts.update((e.set, e.split, e.label) for e in background.pictures)
        names += [name for name in background.pictures.sets() if name not in names]
    if background.elsewhere:
        names += [s.name for s in background.elsewhere.sets if s.name not in names]
    rows = []
    for name in names:
        source = background.sources.get(name, Source(NOTHING, NOTHING))
        sizes = [_size(counts, name, split) for split in SPLITS]
        trained = "yes" if name in spec.trained_on else "no"
        rows.append([name, trained, *sizes, source.what, source.terms])
    head = ["set", "trained on", *(f"{s.value.title()}: real + fake" for s in SPLITS)]
    note = (
        "No picture of these sets is part of this detector or of unmask. Sizes are those of the "
        "folder it was measured with; training may have drawn further pictures of the same sets."
    )
    return f"{table([*head, 'what', 'terms'], rows)}\n\n{note}"


def _size(counts: Counter[tuple[str, Split, int]], name: str, split: Split) -> str:
    real, fake = (counts[name, split, label] for label in (0, 1))
    return f"{real} + {fake}" if real + fake else NOTHING


def _training(spec: DetectorSpec, background: Background) -> str:
    if not background.recipe:
        return f"From run `{spec.from_run}`; its configuration was not given." if spec.from_run else (
            "No training run is named."
        )  # fmt: skip
    return f"From run `{spec.from_run}`, with this configuration:\n\n```yaml\n{background.recipe.strip()}\n```"


def _identity(spec: DetectorSpec, result: Evaluation) -> str:
    return "\n".join(
        [
            f"- Weights: SHA-256 `{spec.sha256}`, {result.measured.model_bytes:,} bytes",
            f"- Crop: {spec.crop.size} px, {spec.crop.margin:g} times the face",
            f"- Calibration: slope {spec.calibration.slope:.4f}, intercept "
            f"{spec.calibration.intercept:.4f}, fitted on {spec.calibration.fitted_on}",
            f"- Measured on pictures with the fingerprint `{result.measured.data_fingerprint}`",
            f"- Licence of the weights: {spec.licence}",
            "- Measured again with: `unmask evaluate " + spec.name + " --data FOLDER --robustness`",
        ]
    )


def _rate(rate: Rate) -> str:
    return (
        f"{percent(rate.value)} ({100 * rate.low:.1f} to {100 * rate.high:.1f}, n = {rate.count})"
    )
