"""Writes the golden JSON reports: `python -m tools.goldens`, from the root of the repository."""

from __future__ import annotations

import json
from pathlib import Path

from tests import sample_analyses

from unmask.reports.schema import to_json

FOLDER = Path(__file__).parents[1] / "tests" / "reports" / "golden"


def main() -> None:
    for name, make in sample_analyses.ALL.items():
        text = json.dumps(to_json(make()), indent=2)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(FOLDER / f"{name}.json")


if __name__ == "__main__":
    main()
