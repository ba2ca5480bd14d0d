"""Replies come here, are fetched, or are left to people; the doctor touches no mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from commands.doctor.finding import DoctorContext, Finding
from commands.doctor.replies import are_taken_in, replies
from tests.commands.imap_server import HOST, PASSWORD, USER, Letterbox, serving_mail
from tests.commands.installed import INBOUND, NOW, OURS, own_policies, set_up


async def looked(folder: Path, **changes: object) -> tuple[Finding, bool]:
    known = set_up(folder, policies=own_policies(folder / "policies"), **changes)
    return await replies(DoctorContext(known, NOW)), are_taken_in(known)


def fetched(box: Letterbox, **changes: object) -> dict[str, object]:
    known = {"imap_host": HOST, "imap_port": box.port, "imap_user": USER, "imap_tls": False}
    return known | {"imap_password": SecretStr(PASSWORD)} | changes


async def test_without_anything_set_replies_are_left_to_people(tmp_path: Path) -> None:
    found, taken_in = await looked(tmp_path)

    assert (found.ok, taken_in) == (True, False)
    assert found.detail.startswith(f"Replies go to {OURS}, where people read them")


async def test_a_domain_that_nothing_takes_mail_of_is_found(tmp_path: Path) -> None:
    found, taken_in = await looked(tmp_path, inbound_domain=INBOUND)

    assert (found.ok, taken_in) == (False, False)
    assert "set DUNCAN_SENDGRID_INBOUND_KEYS, or DUNCAN_INBOUND_SECRET" in found.detail


async def test_replies_to_an_own_domain_are_taken_in(tmp_path: Path) -> None:
    secret = {"inbound_domain": INBOUND, "inbound_secret": SecretStr("s" * 32)}
    found, taken_in = await looked(tmp_path, **secret)

    assert (found.ok, taken_in) == (True, True)
    assert found.detail == f"Replies come to {INBOUND} and are taken in."


async def test_a_mailbox_is_opened_and_left_as_it_is(tmp_path: Path) -> None:
    with serving_mail() as box:
        box.put(b"From: x@customer.example\r\n\r\nHello")
        found, taken_in = await looked(tmp_path, **fetched(box))

    assert (found.ok, taken_in) == (True, True), found.detail
    assert f"the mailbox {USER} at {HOST} is fetched" in found.detail
    assert box.seen == set()
    assert box.commands == ["CAPABILITY", "LOGIN", "EXAMINE", "LOGOUT"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"imap_password": SecretStr("wrong-one")}, "refuses DUNCAN_IMAP_USER or"),
        ({"imap_folder": "Elsewhere"}, "has no folder Elsewhere"),
        ({"imap_port": 1}, "cannot be reached (ConnectionRefusedError)"),
    ],
)
async def test_a_mailbox_that_cannot_be_read_is_said_without_the_password(
    tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    with serving_mail() as box:
        found, _ = await looked(tmp_path, **fetched(box, **changes))

    assert not found.ok
    assert told in found.detail
    assert "wrong-one" not in found.detail
