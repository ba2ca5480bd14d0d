"""Every command there is, put on the command line; each is loaded when it is called."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

_LIST = Path(__file__).with_suffix(".toml")


class Commands(TyperGroup):
    """The commands of the list, which stand for themselves until one of them is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer's own types.
        """The command that was typed, loaded now. Raises what Typer raises for others."""
        name, command, rest = super().resolve_command(ctx, args)
        place = listed().get(name or "")
        return name, loaded(name or "", place[0]) if place else command, rest


def add_commands(app: typer.Typer) -> None:
    """Add the name and the sentence of every command, in the order in which help lists them."""
    for name, (_, sentence) in listed().items():
        app.command(name, help=sentence)(_stand_in)


@cache
def listed() -> dict[str, tuple[str, str]]:
    """Where every command stands, and what help says of it."""
    found = tomllib.loads(_LIST.read_text(encoding="utf-8"))
    return {
        name: (place, sentence)
        for place, commands in found.items()
        for name, sentence in commands.items()
    }


def loaded(name: str, place: str) -> Any:  # noqa: ANN401 - Typer's own types.
    """A command of its module, or (where the place names a Typer) a group of commands."""
    module, _, group = place.partition(":")
    found = get_group(getattr(import_module(f"commands.{module}"), group or "app"))
    if not group:
        return found.commands[name]
    found.name = name
    return found


def _stand_in() -> None:
    """Never called: the command itself is loaded in its place."""
