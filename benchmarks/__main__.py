"""`python -m benchmarks [core] [scan] [service] [video]`: measures, prints one table, ends with 1 where a bar was missed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import core, scan, service, stand_in, video
from benchmarks.subject import Subject

PARTS = {"core": core.rows, "scan": scan.rows, "service": service.rows, "video": video.rows}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help="; ".join(PARTS))
    parser.add_argument(
        "--detector", default=Subject.detector, help="name or folder; default: %(default)s"
    )
    parser.add_argument("--whole-picture", action="store_true", help="without the face finder")
    parser.add_argument(
        "--stand-in",
        action="store_true",
        help="a detector that knows nothing, of 3 million weights",
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        detector = str(stand_in.write(Path(work) / "d")) if chosen.stand_in else chosen.detector
        return _report(chosen.parts, Subject(detector, chosen.whole_picture))


def _report(parts: list[str], subject: Subject) -> int:
    missed = 0
    for part in parts:
        for row in PARTS[part](subject):
            print(row, flush=True)
            missed += row.passed is False
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
