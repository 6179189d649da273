"""A report in, the finder's card (README.md) out: written here and never by hand."""

from __future__ import annotations

from pathlib import Path

from unmask.training.finder.measure import ENCLOSED, MATCH, ROOMY, SIZES, Recall, Share
from unmask.training.finder.report import GROUPS, LANDSCAPES, SCENES, Report

FILE = "README.md"


def write_card(folder: Path, report: Report) -> None:
    (folder / FILE).write_text(render(report), encoding="utf-8")


def render(report: Report) -> str:
    parts = (_head, _sets, _sizes, _false, _speed, _made, _limits)
    return "\n\n".join(part(report) for part in parts) + "\n"


def _head(report: Report) -> str:
    spec = report.spec
    return (
        f"# The face finder: {spec.name} {spec.version}\n\n{spec.summary}\n\n"
        f"`model.onnx`: {report.bytes / 1e6:.2f} MB, SHA-256 `{spec.sha256}`, licence {spec.licence}. "
        f"Input `image` uint8 [N,{spec.size},{spec.size},3]; outputs `boxes` [N,K,4] in pixels of that "
        "square and `confidence` [N,K]. Scaling and decoding are inside the graph. "
        f"A box counts as a face from a confidence of {spec.threshold:g}, or {spec.near_threshold:g} "
        f"where it fills a fifth of the picture's longer side; from {spec.suspicion:g} on, "
        "a small one makes the finder look again more closely.\n\n"
        "Every figure below was measured on Test pictures; thresholds were chosen on Validation "
        "pictures. `python -m unmask.training.finder card` measures it again and writes this page."
    )


def _sets(report: Report) -> str:
    rows = [
        f"| {name} | {found.matched.value:.3f} | {_share(found.on_face)} |"
        for name, found in sorted(report.found.items())
    ]
    return (
        "## Is the face found?\n\nShare of the pictures of each Test set whose main face is found. "
        f"*Matched*: a box that shares {MATCH:g} of the union with the listed one, or, where none is "
        "listed, a box over the middle of the picture. *On the face*: matched, or a larger box over "
        f"the middle that holds {ENCLOSED:g} of the listed one. The list was made by a public "
        "detector, which in tight cuts from video often marks only a part of the face.\n\n"
        "| set | matched | on the face | pictures |\n|---|---|---|---|\n" + "\n".join(rows)
    )


def _sizes(report: Report) -> str:
    names = list(report.recalls)
    head = "| longer side of the face | " + " | ".join(f"{n} | faces" for n in names) + " |"
    rows = [head, "|---" * (1 + 2 * len(names)) + "|"]
    for low, high in SIZES:
        label = f"{low} px and more" if high > 5000 else f"{low} to {high} px"
        rows.append(_row(label, [report.recalls[n].by_size[low, high] for n in names]))
    rows.append(_row("**40 px and more**", [report.recalls[n].above(40) for n in names]))
    rows.append(_row("or held by a box", [report.recalls[n].held_above(40) for n in names]))
    return (
        "## How large must it be?\n\nShare of all known faces that are found, by their size in the "
        "picture. *Test pictures*: all boxes of the Test sets. "
        f"*Test scenes*: {SCENES} composed pictures of {report.spec.size} px, turned, dark, blurred, "
        f"cut off, badly saved. *Test groups*: {GROUPS} pictures of 1280 x 960 px with up to thirty "
        f"people. *Held by a box*: a found box holds {ENCLOSED:g} of the listed one and is at most "
        f"{ROOMY:g} times as large, as where the list has only the inner face.\n\n"
        + "\n".join(rows)
    )


def _row(label: str, shares: list[Share]) -> str:
    return f"| {label} | " + " | ".join(_share(s) for s in shares) + " |"


def _share(share: Share) -> str:
    return f"{share.value:.3f} | {share.count}" if share.count else "none | 0"


def _false(report: Report) -> str:
    rows = [f"| {n} | {s.hits} | {s.count} | {s.value:.3f} |" for n, s in report.false.items()]
    return (
        "## How often is it wrong?\n\nBoxes in pictures that show no face. *Test landscapes*: "
        f"{LANDSCAPES} pictures of 1280 x 960 px put together from the Test backgrounds, so that the "
        "closer looks are tried too. *Test things and animals*: further pictures without people, "
        "of the sets named below.\n\n"
        "| pictures | boxes | pictures | boxes a picture |\n|---|---|---|---|\n" + "\n".join(rows)
    )


def _speed(report: Report) -> str:
    rows = [f"| {name} | {ms:.1f} |" for name, ms in report.milliseconds.items()]
    return (
        f"## How long does it take?\n\nMedian on {report.machine}, scaling included.\n\n"
        "| picture | ms |\n|---|---|\n" + "\n".join(rows)
    )


def _made(report: Report) -> str:
    sets = ", ".join(report.spec.trained_on)
    return (
        "## How it was made\n\n"
        f"{report.spec.from_run} The Train pictures of: {sets}; scenes composed from them and from "
        "half of the pictures without faces. The boxes to learn from were found by a public detector, so its "
        "habits are this finder's habits."
    )


def _limits(report: Report) -> str:
    return (
        "## What it cannot do\n\nIt was taught by pictures that mostly show one face from the front: "
        "full profiles, heads turned by more than about 45 degrees in the picture, masks and faces "
        "below 24 px are missed more often. It does not know whose face it is. Where it finds "
        "nothing, that is no proof that nobody is there."
    )


def summary(recall: Recall) -> str:
    """One line for the log."""
    return f"{recall.above(40).value:.3f} of the faces of 40 px and more"
