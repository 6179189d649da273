"""`python -m unmask` and the `unmask` command: arguments in, exit code out."""

from __future__ import annotations

import sys


def main() -> None:
    from unmask.apps.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
