from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from commands.people.actions import first_link
from commands.people.sign_in import SignIns
from console.reading.installation import settings_shown
from dunning.may import NotAllowed
from dunning.people import ROLES
from ledger.channels import stops
from ledger.identities import all_identities
from ledger.people import people_of
from settings import Settings
from tests.console.small_ledger import NOW, SmallLedger
from tests.console.team import Team, copy_of, sent

SECRET = "not-to-be-shown-anywhere"  # noqa: S105 - of nobody


def _people(team: Team) -> dict[str, tuple[str, ...]]:
    with team.books.wiring.ledger.reading() as books:
        return {one.person: one.roles for one in people_of(books.connection) if one.active}


async def test_somebody_is_added_and_the_link_is_shown_once(team: Team) -> None:
    new = {"person": "ada", "name": "Ada <b>", "role": "associate"}
    form = "ab" * 16
    async with team.at_desk("administrator") as desk:
        answer = await sent(desk, "/people", "add", new, form)
        again = await sent(desk, "/people", "add", new, form)
        page = (await desk.get("/people")).text
        link = re.search(r"<code>http://127\.0\.0\.1(/link/[\w-]+)</code>", answer.text)
        assert link, "the answer shows the link"
        opened = await desk.get(link.group(1))

    assert answer.status_code == 200
    assert again.status_code == 303
    assert opened.status_code == 200
    assert link.group(1) not in page
    assert "Ada &lt;b&gt;" in page
    assert _people(team)["ada"] == ("associate",)


async def test_roles_are_given_and_taken_but_not_those_that_do_not_go_together(team: Team) -> None:
    page = "/people?who=associate"
    async with team.at_desk("administrator") as desk:
        await sent(desk, page, "role", {"deed": "give", "role": "viewer"})
        clash = await sent(desk, page, "role", {"deed": "give", "role": "senior"})
        own = await sent(
            desk, "/people?who=administrator", "role", {"deed": "take", "role": "administrator"}
        )

    assert _people(team)["associate"] == ("associate", "viewer")
    assert clash.status_code == 422
    assert "do not go together" in clash.text
    assert '<dialog id="do-role"' in clash.text
    assert "Another administrator has to do this for you." in own.text


async def test_who_leaves_is_signed_out_at_once_and_may_come_back(team: Team) -> None:
    async with team.at_desk("viewer") as theirs, team.at_desk("administrator") as desk:
        before = await theirs.get("/people")
        await sent(desk, "/people?who=viewer", "leave", {"reason": "moved on"})
        after = await theirs.get("/people")
        await sent(desk, "/people?who=viewer", "return", {"reason": "is back"})

    assert (before.status_code, after.status_code) == (200, 303)
    assert "viewer" in _people(team)


async def test_another_password_ends_every_session(team: Team) -> None:
    async with team.at_desk("viewer") as theirs, team.at_desk("administrator") as desk:
        answer = await sent(desk, "/people?who=viewer", "reset", {})
        after = await theirs.get("/people")

    assert "/link/" in answer.text
    assert after.status_code == 303


async def test_only_an_administrator_manages_people(team: Team) -> None:
    for role in set(ROLES) - {"administrator"}:
        async with team.at_desk(role) as desk:
            page = (await desk.get("/people?who=viewer")).text
            form = role.encode().hex()[:8] * 4
            new = {"form": form, "do": "add", "person": "eve", "role": "manager"}
            answer = await desk.post("/people/do/add", data=new)

        assert "do-add" not in page, role
        assert answer.status_code == 403, role
        assert [one.right for one in team.refused(role)] == ["manage_people"], role

    assert "eve" not in _people(team)


async def test_work_is_handed_over_until_a_day(team: Team) -> None:
    given = {"of": "ar_lead", "to": "associate", "until": "2026-05-10"}
    async with team.at_desk("manager") as desk:
        await sent(desk, "/people", "delegate", given)
        idle = await sent(desk, "/people", "delegate", given | {"to": "auditor"})
        late = await sent(desk, "/people", "delegate", given | {"until": "2026-01-01"})
        page = (await desk.get("/people")).text

    assert "<bdi>AR lead</bdi> → <strong><bdi>associate</bdi>" in page
    assert "may not act on cases" in idle.text
    assert "has passed" in late.text


async def test_a_channel_is_stopped_with_an_alarm_and_released(team: Team) -> None:
    async with team.at_desk("manager") as desk:
        await sent(desk, "/settings", "stop", {"channel": "email", "reason": "wrong <letter>"})
        stopped = (await desk.get("/settings")).text
        silent = await sent(desk, "/settings", "release", {"channel": "email", "reason": ""})
        await sent(desk, "/settings", "release", {"channel": "email", "reason": "mended"})
    with team.books.wiring.ledger.reading() as books:
        left = stops(books)

    assert 'role="alert"' in stopped
    assert "wrong &lt;letter&gt;" in stopped
    assert "This is needed." in silent.text
    assert left == {}


async def test_only_a_manager_stops_a_channel(team: Team) -> None:
    for role in set(ROLES) - {"manager"}:
        form = {"form": role.encode().hex()[:8] * 4, "do": "stop"}
        async with team.at_desk(role) as desk:
            page = (await desk.get("/settings")).text
            fields = {"channel": "email", "reason": "x"}
            answer = await desk.post("/settings/channels/stop", data=form | fields)

        assert "do-stop" not in page, role
        assert answer.status_code == 403, role
        assert [one.right for one in team.refused(role)] == ["release_channel"], role


def test_what_is_set_is_said_and_no_secret_is_shown() -> None:
    secret = {"sendgrid_api_key": SECRET, "twilio_auth_tokens": SECRET, "imap_password": SECRET}
    place = {"database_url": f"postgresql://u:{SECRET}@host/books", "smtp_user": SECRET}
    settings = Settings(_env_file=None, **secret, **place)  # type: ignore[call-arg, arg-type]  # Pydantic's own.
    shown = {one.variable: one for one in settings_shown(settings)}

    assert SECRET not in str(shown)
    assert all(shown[f"DUNCAN_{name.upper()}"].is_set for name in (*secret, *place))
    assert not shown["DUNCAN_LIVE"].is_set
    assert shown["DUNCAN_IMAP_PORT"].value == "993"


async def test_an_account_at_the_provider_is_given_and_taken_at_the_desk(team: Team) -> None:
    page = "/people?who=viewer"
    given, wrong = {"deed": "give", "identity": "V@example.com"}, {"deed": "give", "identity": "x"}
    async with team.at_desk("administrator") as desk:
        await sent(desk, page, "account", given)
        shown = (await desk.get(page)).text
        refused = await sent(desk, page, "account", wrong)
        with team.books.wiring.ledger.reading() as books:
            known = all_identities(books.connection)
        await sent(desk, page, "account", given | {"deed": "take"})
        with team.books.wiring.ledger.reading() as books:
            after = all_identities(books.connection)

    assert known == {"viewer": ["email:v@example.com"]}
    assert "email:v@example.com" in shown
    assert refused.status_code == 422
    assert after == {}


async def test_of_the_links_that_several_desks_said_one_makes_an_administrator(
    ledger: SmallLedger, tmp_path: Path
) -> None:
    books = copy_of(ledger, tmp_path / "home").wiring.ledger
    early, late = first_link(books, NOW), first_link(books, NOW + timedelta(seconds=1))
    SignIns(books, NOW).by_link(early, "correct horse battery", "ada", "Ada")

    with pytest.raises(NotAllowed, match="works no longer"):
        SignIns(books, NOW).by_link(late, "correct horse battery", "bob", "Bob")
