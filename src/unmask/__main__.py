"""`python -m unmask` and the `unmask` command: arguments in, exit code out."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from unmask.apps.cli.main import run
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
