"""Role by form over HTTP: every cell is allowed or refused as the table of rights says."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from dunning.people import ROLES, SPEAKS_AS
from ledger.books import FACT
from ledger.replies import REPLY
from tests.console.crawling import routes
from tests.console.permitted import EVERYBODY, WHOEVER_SIGNED_IN, Permitted
from tests.console.permitted_control import CONTROL
from tests.console.permitted_work import WORK
from tests.console.team import Team

FORMS = (*WORK, *CONTROL)
_ALWAYS = (EVERYBODY, WHOEVER_SIGNED_IN)


def test_every_form_of_the_desk_stands_in_the_table() -> None:
    known, there = {one.route for one in FORMS}, set(routes("POST"))

    assert sorted(there - known) == []
    assert sorted(known - there) == []


@pytest.mark.parametrize("role", ROLES)
async def test_who_lacks_the_right_is_refused_and_nothing_but_the_refusal_is_kept(
    busy: Team, role: str
) -> None:
    refused = [one for one in FORMS if not _may(role, one)]
    wrong: list[str] = []
    async with busy.at_desk(role) as desk:
        before = _facts(busy)
        for number, one in enumerate(refused):
            answer = await _sent(desk, busy, one, role, number)
            if answer.status_code != one.refusal:
                wrong.append(f"{one.address}: {answer.status_code}")
    after = _facts(busy)

    assert not wrong, "\n".join(wrong)
    assert after[: len(before)] == before
    recorded = [one for one in refused if one.recorded]
    assert [kind for _, kind in after[len(before) :]] == ["action_refused"] * len(recorded)
    assert {stream for stream, _ in after[len(before) :]} == {f"person:{role}"}


@pytest.mark.parametrize("role", ROLES)
async def test_who_has_the_right_is_not_refused_for_lack_of_it(busy: Team, role: str) -> None:
    allowed = [one for one in FORMS if _may(role, one) and one.right not in _ALWAYS]
    wrong, known = list[str](), 0
    async with busy.at_desk(role) as desk:
        for number, one in enumerate(allowed):
            answer = await _sent(desk, busy, one, role, number)
            lacking = [kept.why for kept in busy.refused(role)[known:] if " may not " in kept.why]
            known = len(busy.refused(role))
            if answer.status_code >= 500 or lacking:
                wrong.append(f"{one.address}: {answer.status_code} {lacking[-1:]}")
    assert not wrong, "\n".join(wrong)
    assert len(allowed) > 0 or role in ("viewer", "auditor")


async def test_a_stranger_is_asked_who_it_is_and_nothing_is_kept(busy: Team) -> None:
    before = _facts(busy)
    async with busy.stranger() as desk:
        for number, one in enumerate(FORMS):
            if one.right != EVERYBODY:
                answer = await _sent(desk, busy, one, "", number)

                assert answer.status_code == 401, one.address

    assert _facts(busy) == before


async def _sent(desk: AsyncClient, team: Team, one: Permitted, role: str, number: int) -> Response:
    fields = {"form": f"{number:032x}", "do": one.route.rpartition("/")[2], **one.fields}
    address = one.address.replace("{reply}", _reply(team))
    spoken = SPEAKS_AS.get(role, ("associate",))[0]
    fields = {name: spoken if value == "{spoken}" else value for name, value in fields.items()}
    content = _zip() if one.file.endswith(".zip") else b"invoice\n1\n"
    files = {"file": (one.file, content)} if one.file else None
    return await desk.post(address, data=fields, files=files)


def _zip() -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as packed:
        packed.writestr("policies/standard_b2b.toml", "version = 2")
    return held.getvalue()


def _may(role: str, one: Permitted) -> bool:
    return one.right in _ALWAYS or bool(ROLES[role] & set(one.right.split("|")))


def _reply(team: Team) -> str:
    with team.books.wiring.ledger.reading() as books:
        row = books.connection.execute(select(REPLY.c.reply).order_by(REPLY.c.arrival)).first()
    assert row is not None, "somebody wrote"
    return str(row.reply)


def _facts(team: Team) -> list[tuple[str, str]]:
    with team.books.wiring.ledger.reading() as books:
        rows = books.connection.execute(select(FACT.c.stream, FACT.c.kind).order_by(FACT.c.id))
        return [(stream, kind) for stream, kind in rows]
