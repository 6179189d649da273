"""Writes the golden answer of `unmask check --json`: `python -m tools.golden_check`, from the root."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tiny_models import write_detector

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "apps" / "cli" / "golden" / "check.json"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        detector = write_detector(Path(folder) / "tiny", name="tiny")
        command = [sys.executable, "-m", "unmask", "check", "examples/collins.jpg", "--json"]
        command += ["--whole-picture", "--detector", str(detector)]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(json.loads(answer), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
