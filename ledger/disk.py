"""The disk: who has to know that a commit survives a power failure waits for it with all others."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError


class Disk:
    """SQLite's write-ahead log, synced after commits and beside them, once for all who wait.

    SQLite itself would sync within every commit, while everybody else waits to write. A log that
    is gone or was begun anew went into the database before, which SQLite synced then.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._asking, self._turn = Lock(), Lock()
        self._asked = self._synced = self._entered = 0

    def wait(self) -> None:
        """Return once everything committed before is on the disk. Raises OperationalError."""
        with self._asking:
            self._asked += 1
            mine = self._asked
        with self._turn:
            if self._synced >= mine:
                # Whoever had the turn before began after this commit.
                return
            # All who asked until now have committed.
            asked = self._asked
            self._sync()
            self._synced = asked

    def _sync(self) -> None:
        try:
            file = os.open(self._log, os.O_RDWR)
            try:
                os.fsync(file)
                self._enter(os.fstat(file).st_ino)
            finally:
                os.close(file)
        except FileNotFoundError:
            return
        except OSError as failed:
            raise OperationalError("fsync", None, failed) from failed

    def _enter(self, log: int) -> None:
        """A new file could be lost with its name, where systems let folders be synced at all."""
        if log == self._entered or os.name == "nt":
            return
        folder = os.open(self._log.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._entered = log


def disk_of(engine: Engine) -> Disk | None:
    """The disk under an engine; None where the database server syncs by itself."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return None
    return Disk(Path(f"{file}-wal"))
