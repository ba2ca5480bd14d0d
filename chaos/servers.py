"""Server processes that can be killed, frozen, and started again."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from settings import ROOT


@dataclass
class Server:
    """A process of its own with a log; `clock` is the file that moves its clock."""

    name: str
    words: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    # What happens to it happens one after the other.
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def clock(self) -> Path:
        """The file that says how many seconds its clock is fast."""
        return self.folder / f"{self.name}.clock"

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it, with a right clock."""
        self.set_clock(0)
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.words,
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it without warning."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def freeze(self) -> None:
        """Let it stand still in whatever it does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if no time had passed."""
        self._signal(signal.SIGCONT)

    def set_clock(self, fast_seconds: float) -> None:
        """Move its clock."""
        moved = self.clock.with_suffix(".moved")
        moved.write_text(f"{fast_seconds:.1f}")
        moved.replace(self.clock)

    def _signal(self, number: signal.Signals) -> None:
        if self.alive:
            assert self.process is not None
            self.process.send_signal(number)


def ours(name: str, folder: Path, environment: Mapping[str, str], *words: str) -> Server:
    """A process of Duncan's own."""
    clock = str(folder / f"{name}.clock")
    command = [sys.executable, "-m", "chaos.process", clock, *words]
    return Server(name, command, environment, folder)
