"""Who used the processor: this process, and the embedded engine that it started."""

from __future__ import annotations

import os
import resource
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def used_here() -> float:
    """Seconds of processor of this process so far."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime


def used_by(process: int) -> float:
    """Seconds of processor of another process so far."""
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICKS


def engine_process() -> int:
    """The process of the embedded engine, which this one started."""
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    names = {int(one): Path(f"/proc/{one}/comm").read_text().strip() for one in children}
    return next(one for one, name in names.items() if name == "temporal")
