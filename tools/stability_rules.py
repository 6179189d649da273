"""`python -m tools.stability_rules DETECTOR --data FOLDER`: what each rule for *unstable* costs and keeps.

On Validation pictures only, since the rule is chosen by it (docs/decisions/0005). Each picture is
judged as it is and after delivery (half size, then JPEG 60).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from unmask import Analyzer, Label
from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Entry, Manifest, Split
from unmask.evaluation.damages import DELIVERY
from unmask.stages.decode import decode
from unmask.types import FaceResult, Pixels, Stability

Rule = Callable[[Stability, Label], bool]
RULES: dict[str, Rule] = {
    "no rule": lambda held, label: True,
    "crossing the middle": lambda held, label: held.holds,
    "leaving the label": lambda held, label: all(v.label is label for v in held.variants),
}


@dataclass(frozen=True)
class Judged:
    """The main face before and after delivery; None where none was found."""

    fake: bool
    before: FaceResult | None
    after: FaceResult | None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.stability_rules", description=__doc__)
    parser.add_argument("detector")
    parser.add_argument("--data", type=Path, required=True)
    chosen = parser.parse_args()
    manifest = read_folder(chosen.data).of(Split.VALIDATION)
    pictures = judge(Analyzer(chosen.detector, explain=False), manifest)
    print(f"{len(pictures)} Validation pictures; shares of all of them, or of the firm answers\n")
    print("| rule | firm | wrong when firm | firm, then turned | firm, then taken back |")
    print("|---|---|---|---|---|")
    for name, rule in RULES.items():
        print(
            f"| {name} | " + " | ".join(f"{share:.1%}" for share in shares(pictures, rule)) + " |"
        )


def judge(analyzer: Analyzer, manifest: Manifest) -> list[Judged]:
    def one(entry: Entry) -> Judged:
        image = decode(manifest.file(entry).read_bytes())
        before = _main(analyzer, image.pixels)
        after = _main(analyzer, DELIVERY.apply(image.pixels, before.face.box)) if before else None
        return Judged(entry.label == 1, before, after)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, manifest))


def shares(pictures: Iterable[Judged], rule: Rule) -> tuple[float, float, float, float]:
    """Firm; and of those: wrong, turned into the opposite, taken back."""
    answers = [(p.fake, label(p.before, rule), label(p.after, rule)) for p in pictures]
    firm = [(fake, a, b) for fake, a, b in answers if a is not Label.INCONCLUSIVE]
    wrong = sum((a is Label.FAKE) != fake for fake, a, _ in firm)
    back = sum(b is Label.INCONCLUSIVE for _, _, b in firm)
    turned = sum(b not in (a, Label.INCONCLUSIVE) for _, a, b in firm)
    count = max(len(firm), 1)
    return len(firm) / len(answers), wrong / count, turned / count, back / count


def label(face: FaceResult | None, rule: Rule) -> Label:
    """The answer under a rule; the analyzer tells what it tried wherever it was firm at first."""
    if face is None or face.stability is None or face.verdict.fake_probability is None:
        return Label.INCONCLUSIVE
    firm = Label.FAKE if face.verdict.fake_probability >= 0.5 else Label.REAL
    return firm if rule(face.stability, firm) else Label.INCONCLUSIVE


def _main(analyzer: Analyzer, pixels: Pixels) -> FaceResult | None:
    faces = analyzer.analyze_pixels(pixels).faces
    return faces[0] if faces else None


if __name__ == "__main__":
    main()
