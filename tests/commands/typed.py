"""Commands as people type them, on the books of a test."""

from __future__ import annotations

import typer
from typer.testing import CliRunner, Result

from commands.installation import Installation
from settings import Settings
from tests.activities.workshop import Workshop
from worker import Wiring


class _Desk(Installation):
    """An installation whose engine is away."""

    kept: Wiring

    @property
    def wiring(self) -> Wiring:
        """The rooms of the test."""
        return self.kept

    def tell_engine(self, waiting: int | None = None) -> str:
        """Nothing is left to say."""
        del waiting
        return ""


def typed(shop: Workshop, door: typer.Typer, *arguments: str) -> Result:
    """What a command of this door answers."""
    desk = _Desk(Settings(_env_file=None))  # type: ignore[call-arg]  # Pydantic's own.
    object.__setattr__(desk, "kept", shop.wiring)
    return CliRunner().invoke(door, arguments, obj=desk)
