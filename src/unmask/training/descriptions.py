"""What a new detector says about itself: its first description, its twin's, and a card until one is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from unmask.dataset.manifest import FAKE, REAL, Manifest, Split
from unmask.evaluation.faces import LabelledFaces
from unmask.evaluation.recalibration import Recalibration
from unmask.stages.detectors.spec import DetectorSpec
from unmask.training.runs import Run
from unmask.types import Calibration, CropSpec, Policy, Rate

NOT_CALIBRATED = Calibration(1.0, 0.0, "")
UNKNOWN = Rate(1.0, 0.0, 1.0, 0)
"""A rate that nobody measured: anything from never to always, seen on no case."""

CANNOT_JUDGE = (
    "faces narrower than the smallest face it was measured on",
    "pictures edited without a new face, such as retouching or filters",
    "drawings, paintings and renders that do not claim to be photographs",
    "generators that appeared after it was trained",
)


def of_run(
    run: Run, name: str, version: str, licence: str, data: Sequence[Manifest]
) -> DetectorSpec:
    """Everything but the thresholds, which are measured next."""
    trained = {e.set for m in data for e in m.of(Split.TRAIN)} | set(run.seen_before)
    return DetectorSpec(
        name=name,
        version=version,
        summary=f"{run.model.name} at {run.crop.size} px, float32.",
        crop=run.crop,
        calibration=NOT_CALIBRATED,
        policies=untested_policies(),
        sha256="",
        licence=licence,
        trained_on=tuple(sorted(trained)),
        from_run=run.origin,
        cannot_judge=CANNOT_JUDGE,
    )


def int8_twin(spec: DetectorSpec) -> DetectorSpec:
    return replace(
        spec,
        name=f"{spec.name}-int8",
        summary=spec.summary.replace("float32", "int8"),
        calibration=NOT_CALIBRATED,
        sha256="",
    )


def of_members(
    specs: Sequence[DetectorSpec], crop: CropSpec, name: str, version: str
) -> DetectorSpec:
    """What several detectors say about themselves, put together; its thresholds are measured next."""
    told = [f"{spec.name} {spec.version}" for spec in specs]
    return DetectorSpec(
        name=name,
        version=version,
        summary=f"The mean log odds of {' and '.join(told)}. " + " ".join(s.summary for s in specs),
        crop=crop,
        calibration=NOT_CALIBRATED,
        policies=untested_policies(),
        sha256="",
        licence=" and ".join(dict.fromkeys(spec.licence for spec in specs)),
        trained_on=tuple(sorted({known for spec in specs for known in spec.trained_on})),
        from_run="; ".join(spec.from_run for spec in specs),
        cannot_judge=tuple(dict.fromkeys(kind for s in specs for kind in s.cannot_judge)),
    )


def of_import(name: str, size: int, margin: float, file: str) -> DetectorSpec:
    """A model from elsewhere: no rate is known, and it says so."""
    return DetectorSpec(
        name=name,
        version="1.0.0",
        summary=f"Imported from {file}.",
        crop=CropSpec(size, margin),
        calibration=NOT_CALIBRATED,
        policies=untested_policies(),
        sha256="",
        licence="that of the imported model",
        trained_on=(),
        from_run=f"imported from {file}",
        cannot_judge=(
            "anything with a known error rate: calibrate it on pictures of your own first",
        ),
    )


def untested_policies() -> tuple[Policy, ...]:
    """Takes the model's probabilities at their word, which is all that can be done without data."""
    return tuple(
        Policy(budget, 1 - budget, 0.01, 48, UNKNOWN, UNKNOWN) for budget in (0.001, 0.01, 0.05)
    )


def fitted_on(faces: LabelledFaces, strangers: LabelledFaces | None = None) -> str:
    told = f"{_counted(faces)} validation faces: {', '.join(faces.sets())}"
    if strangers is None:
        return told
    return (
        f"{told}; thresholds also held on {_counted(strangers)} faces of sets that were not "
        f"trained on: {', '.join(strangers.sets())}"
    )


def _counted(faces: LabelledFaces) -> str:
    return f"{faces.count(REAL)} real and {faces.count(FAKE)} fake"


def card(result: Recalibration) -> str:
    """A short card of the validation figures; `unmask evaluate` writes the full one from test pictures."""
    spec = result.spec
    rows = "\n".join(
        f"| {p.false_alarm_budget:.1%} | {p.fake_above:.4f} | {p.real_below:.4f} "
        f"| {p.false_alarm_rate.value:.2%} ({p.false_alarm_rate.low:.2%} to "
        f"{p.false_alarm_rate.high:.2%}) | {f.found:.1%} | {f.coverage:.1%} | {f.firm_error:.1%} |"
        for p, f in zip(spec.policies, result.firmness, strict=True)
    )
    remarks = "".join(f"\n{caveat}\n" for caveat in result.caveats)
    return CARD.format(spec=spec, result=result, rows=rows, remarks=remarks)


CARD = """# {spec.name} {spec.version}

{spec.summary} From the run {spec.from_run}.

Measured on the validation faces its thresholds were chosen on ({spec.calibration.fitted_on}), with
equal weight for real and fake; on other pictures expect worse. The evaluation on test pictures
replaces this card.

| false alarms allowed | fake above | real below | real called fake | fakes found | answered | wrong when firm |
|---|---|---|---|---|---|---|
{rows}
{remarks}
Calibration error {result.after.calibration_error:.3f} (before {result.before.calibration_error:.3f}), \
Brier score {result.after.brier:.3f} (before {result.before.brier:.3f}), \
ROC-AUC {result.after.roc_auc:.3f}; calibrated figures come from faces that the fit had not seen.
"""


def import_card(spec: DetectorSpec) -> str:
    return IMPORT_CARD.format(spec=spec)


IMPORT_CARD = """# {spec.name} {spec.version}

{spec.summary}

Nobody has measured how often it is wrong here. Until it is calibrated on labelled pictures its
probabilities are taken at their word: with an allowance of 1 % false alarms it calls fake what it
gives 99 % and more, and real what it gives 1 % and less; everything between is inconclusive.

    unmask calibrate {spec.name} --data MY_PICTURES
"""
