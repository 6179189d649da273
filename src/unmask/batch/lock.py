"""An open file -> held by this process alone, until it is closed or the process ends in any way."""

from __future__ import annotations

import sys
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    FAR = 1 << 40  # a locked byte cannot be read by others, so the lock sits far behind the text

    def hold(file: BinaryIO) -> bool:
        """False when another process holds the file."""
        place = file.tell()
        file.seek(FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(place)
        return True

else:
    import fcntl

    def hold(file: BinaryIO) -> bool:
        """False when another process holds the file."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
