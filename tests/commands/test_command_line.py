"""Commands are loaded when they are called; help knows them all without."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from commands.command_line import listed, loaded
from settings import ROOT
from starter import app

TYPER = "typer.Typer("
HEAVY = ("sqlalchemy", "temporalio", "fastapi", "sqlmodel", "pydantic")


@pytest.mark.parametrize("name", listed())
def test_help_says_of_every_command_what_the_command_says_of_itself(name: str) -> None:
    place, sentence = listed()[name]
    command = loaded(name, place)

    assert command.get_short_help_str(200) == sentence
    assert command.name == name


def test_every_command_of_a_listed_module_is_listed() -> None:
    singles = {place for place, _ in listed().values() if ":" not in place}
    defined = {
        name for one in singles for name in get_group(import_module(f"commands.{one}").app).commands
    }

    assert defined <= listed().keys()


def test_every_module_with_commands_is_listed() -> None:
    written = [one for one in (ROOT / "commands").rglob("*.py") if TYPER in one.read_text("utf-8")]
    modules = {
        ".".join(one.relative_to(ROOT / "commands").with_suffix("").parts) for one in written
    }

    assert modules - {"command_line"} <= {place.partition(":")[0] for place, _ in listed().values()}


def test_help_names_every_command_and_those_that_serve() -> None:
    shown = CliRunner().invoke(app, ["--help"], terminal_width=200).output

    for name in (*listed(), "up", "worker", "console", "demo"):
        assert f" {name} " in shown


def test_help_needs_none_of_the_rooms() -> None:
    asked = (
        "import sys, starter\n"
        "try: starter.app(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([one for one in {HEAVY} if one in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip().splitlines()[-1] == "[]"
