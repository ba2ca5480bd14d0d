"""What people do with contacts: verify, block, unblock, and note what they agreed to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from commands.cases import contact_commands
from commands.cases.contact_actions import ContactActions
from commands.installation import Installation
from dunning.may import NotAllowed
from settings import Settings
from tests.commands.corresponding import NOW, Correspondence


def desk(one: Correspondence) -> ContactActions:
    return ContactActions(one.ledger, one.wiring.planner, "ada", NOW)


def grace(one: Correspondence) -> str:
    return one.customer().contacts[0].contact


def test_who_a_reply_named_is_used_only_once_somebody_verified_it(one: Correspondence) -> None:
    one.mailed("You have the wrong person. Please write to ap@customer.example instead.")
    (named,) = one.customer().proposed
    with pytest.raises(NotAllowed, match="Say how it was verified"):
        desk(one).verify("C-1", named.contact, " ")

    assert one.customer().contact_for("billing", "email") is None
    desk(one).verify("C-1", named.contact, "called the switchboard")
    used = one.customer().contact_for("billing", "email")

    assert used is not None
    assert used.email == "ap@customer.example"
    with pytest.raises(NotAllowed, match="No reply named"):
        desk(one).verify("C-1", named.contact, "again")


def test_a_name_without_an_address_cannot_be_used(one: Correspondence) -> None:
    one.mailed("You have the wrong person. Please contact Mary Miller instead.")
    (named,) = one.customer().proposed

    with pytest.raises(NotAllowed, match="has no address"):
        desk(one).verify("C-1", named.contact, "called")


def test_a_blocked_contact_is_not_written_to_until_somebody_unblocks_it(
    one: Correspondence,
) -> None:
    desk(one).block("C-1", grace(one), "email", "asked by telephone")

    assert not one.customer().contacts[0].reachable_by("email")
    with pytest.raises(NotAllowed, match="blocked for email already"):
        desk(one).block("C-1", grace(one), "email", "again")
    desk(one).unblock("C-1", grace(one), "email", "asked for it")

    assert one.customer().contacts[0].reachable_by("email")
    with pytest.raises(NotAllowed, match="not blocked for email"):
        desk(one).unblock("C-1", grace(one), "email", "again")


def test_who_withdrew_consent_agrees_again_only_after_being_unblocked(
    one: Correspondence,
) -> None:
    desk(one).withdraw_consent("C-1", grace(one), "sms", "by letter")

    assert one.blocked() == [("Grace", "sms", "OPT_OUT")]
    with pytest.raises(NotAllowed, match=r"blocked for sms \(OPT_OUT\): unblock it first"):
        desk(one).record_consent("C-1", grace(one), "sms", "contract", "")
    desk(one).unblock("C-1", grace(one), "sms", "asked for it")
    desk(one).record_consent("C-1", grace(one), "sms", "contract", "You may text me.")

    assert (grace(one), "sms") in one.customer().consents


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, *who: desk.block(*who, "email", "why"),
        lambda desk, *who: desk.unblock(*who, "email", "why"),
        lambda desk, *who: desk.record_consent(*who, "email", "why", ""),
        lambda desk, *who: desk.withdraw_consent(*who, "email", "why"),
    ],
)
def test_nobody_unknown_is_acted_on(one: Correspondence, act: Callable[..., str]) -> None:
    with pytest.raises(NotAllowed, match="There is no customer C-9"):
        act(desk(one), "C-9", grace(one))
    with pytest.raises(NotAllowed, match="has no contact Bob; its contacts are C-1/"):
        act(desk(one), "C-1", "Bob")


def test_the_command_line_lists_contacts_and_what_blocks_them(
    one: Correspondence, tmp_path: Path
) -> None:
    one.mailed("You have the wrong person. Please write to ap@customer.example instead.")
    shown = run(tmp_path, "list", "C-1")
    told: dict[str, Any] = json.loads(run(tmp_path, "list", "C-1", "--json", "-").stdout)

    assert shown.exit_code == 0
    assert [row["name"] for row in told["contacts"]] == ["Grace", "ap@customer.example"]
    assert told["contacts"][0]["blocked"] == [
        {"channel": "email", "code": "WRONG_PARTY"},
        {"channel": "sms", "code": "WRONG_PARTY"},
    ]
    assert told["contacts"][1]["proposed"] is True


def run(home: Path, *arguments: str) -> Result:
    app = typer.Typer()
    app.add_typer(contact_commands.group)
    settings = Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # Pydantic's own.
    return CliRunner().invoke(app, [*arguments], obj=Installation(settings))
