"""Every command answers as JSON where it is asked to; only what serves until Ctrl-C does not."""

from __future__ import annotations

import dis
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner, Result

from commands.cases import contact_commands
from commands.command_line import listed, loaded
from commands.installation import Installation
from commands.policies import commands as policy_commands
from commands.restoring import commands as restoring_commands
from commands.restoring.claiming import Belonging
from commands.sending import channel_commands
from settings import Settings
from starter import app
from tests.activities.workshop import Workshop, workshop
from tests.commands.typed import typed

# They answer with their addresses and then serve for ever: there is nothing to hand a script.
SERVE = {"up", "worker", "console", "demo", "fake-providers"}
READS = ("LOAD_FAST", "LOAD_DEREF")


def every_command() -> dict[str, Any]:
    """Every command by the words it is called with."""
    typed_at_top = get_group(app).commands
    places = {name: loaded(name, place) for name, (place, _) in listed().items()}
    found = {**typed_at_top, **places}
    return {words: one for name, command in found.items() for words, one in _below(name, command)}


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - Typer's own types.
    inside = getattr(command, "commands", None)
    if inside is None:
        yield name, command
    for word, one in (inside or {}).items():
        yield from _below(f"{name} {word}", one)


def test_every_command_answers_as_json_but_those_that_serve() -> None:
    without = {
        words
        for words, command in every_command().items()
        if not any("--json" in option.opts for option in command.params)
    }

    assert without == SERVE


def test_no_command_takes_the_option_and_forgets_it() -> None:
    forgets = {
        words
        for words, command in every_command().items()
        if words not in SERVE
        and not any(
            step.opname in READS and step.argval == "json"
            for step in dis.get_instructions(command.callback.__wrapped__)
        )
    }

    assert forgets == set()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        found.opens()
        yield found


def answered(shop: Workshop, door: typer.Typer, words: str) -> dict[str, Any]:
    """The JSON answer of a command, which says nothing else."""
    return read(typed(shop, door, *words.split(), "--json", "-"))


def answered_by(settings: Settings, door: typer.Typer, words: str) -> dict[str, Any]:
    """The same of a command that opens the books itself."""
    asked = [*words.split(), "--json", "-"]
    return read(CliRunner().invoke(door, asked, obj=Installation(settings)))


def read(result: Result) -> dict[str, Any]:
    """What a command printed; it has to have gone well."""
    assert result.exit_code == 0, result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_what_is_done_to_a_contact_is_answered_with_the_contacts(shop: Workshop) -> None:
    door = contact_commands.group
    named = answered(shop, door, "propose C-1 --name Mary --email m@customer.example --by ada")
    (proposed,) = [one["contact"] for one in named["contacts"] if one["proposed"]]
    verified = answered(shop, door, f"verify C-1 {proposed} --note called --by bob")
    grace = named["contacts"][0]["contact"]
    of_grace = f"C-1 {grace} --channel email --reason asked --by bob"
    blocked = answered(shop, door, f"block {of_grace}")
    unblocked = answered(shop, door, f"unblock {of_grace}")
    away = answered(shop, door, f"away C-1 {grace} --until 2099-12-31 --by ada")
    noted = answered(shop, door, "note C-1 calm --by ada --invoice I-1")

    assert {one["contact"]: one["proposed"] for one in verified["contacts"]}[proposed] is False
    assert codes(blocked) == ["BY_HAND"]
    assert codes(unblocked) == []
    assert away["outcome"] == f"Contact {grace} is away until 2099-12-31."
    assert (noted["customer"], noted["invoice"]) == ("C-1", "I-1")


def test_what_a_contact_agreed_to_is_answered_with_the_contacts(shop: Workshop) -> None:
    grace = of(answered(shop, contact_commands.group, "list C-1"))["contact"]
    door, who = contact_commands.consent, f"C-1 {grace} --channel sms --by ada"
    agreed = answered(shop, door, f"record {who} --source contract")
    withdrawn = answered(shop, door, f"withdraw {who} --reason asked")

    assert of(agreed)["sms_consent"] is True
    assert codes(withdrawn) == ["OPT_OUT"]


def test_a_stopped_channel_and_a_noted_call_are_answered(shop: Workshop) -> None:
    stopped = answered(shop, channel_commands.group, "stop sms --reason moving --by ada")
    released = answered(shop, channel_commands.group, "release sms --reason moved --by ada")
    door = typer.Typer()
    door.registered_commands += channel_commands.app.registered_commands
    noted = answered(shop, door, "logged C-1 --channel call --by ada")

    assert (stopped["channel"], stopped["stopped"], released["stopped"]) == ("sms", True, False)
    assert (noted["customer"], noted["channel"]) == ("C-1", "call")


def test_exported_files_are_listed(shop: Workshop, tmp_path: Path) -> None:
    told = answered(shop, policy_commands.group, f"export 1 {tmp_path / 'files'}")

    assert told["files"]
    assert all((tmp_path / "files" / one).is_file() for one in told["files"])


def test_a_backup_and_a_restore_name_their_files(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "backup.db"
    door, settings = restoring_commands.app, in_(home)
    with workshop(home):
        copied = answered_by(settings, door, f"backup {file}")
    put_back = answered_by(settings, door, f"restore {file} --by ada")
    marked = answered_by(settings, door, "restore --mark --by ada")

    assert copied == {"file": str(file), "bytes": file.stat().st_size}
    assert put_back["file"] == str(file)
    assert Path(put_back["kept"]).is_file()
    assert (marked["file"], marked["kept"]) == (None, None)
    assert "Nothing goes out by any channel." in marked["outcome"]


def test_a_namespace_says_whose_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def whose(_: Installation) -> Belonging:
        return Belonging("default", "these", "The namespace default belongs to these books.")

    monkeypatch.setattr(restoring_commands, "whose_namespace", whose)
    told = answered_by(in_(tmp_path), restoring_commands.app, "namespace")

    assert (told["namespace"], told["books"]) == ("default", "these")


def in_(home: Path) -> Settings:
    """Settings of books in a folder."""
    return Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # Pydantic's own.


def of(answer: dict[str, Any]) -> dict[str, Any]:
    """The one contact the answer is about."""
    (contact,) = answer["contacts"]
    found: dict[str, Any] = contact
    return found


def codes(answer: dict[str, Any]) -> list[str]:
    """What blocks the customer's first contact."""
    return [one["code"] for one in answer["contacts"][0]["blocked"]]
