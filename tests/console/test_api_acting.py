from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.api_keys.actions import SCOPES, ApiKeyActions, caller_of
from commands.people.actions import PeopleActions
from dunning.may import NotAllowed
from dunning.people import ROLES, NoAuthority
from ledger.api_keys import claim_call, keys_of
from ledger.books import Books
from starter import app
from tests.console.calling import API, calling, invoice_at, key_of
from tests.console.small_ledger import NOW
from tests.console.team import Team

_PAUSE = {"reason": "goodwill", "until": "2026-05-20"}
_ROW = {"date": "2026-05-02", "currency": "EUR", "amount": "1.00", "reference": "?"}
# For each scope a call it opens, and the right it takes besides.
_OPENS: Mapping[str, tuple[str, str, object, str]] = {
    "read": ("GET", "/invoices", None, "read"),
    "replies:read": ("GET", "/replies", None, "read"),
    "reports:read": ("GET", "/reports/audits", None, "read"),
    "cases:write": ("POST", "/invoices/INV-1/pause", _PAUSE, "follow_up"),
    "approvals:write": ("POST", "/invoices/INV-1/proposal/approve", {}, "approve"),
    "replies:write": ("POST", "/replies/R-1/handled", {"outcome": "called"}, "follow_up"),
    "imports:write": ("POST", "/payments", {"rows": [_ROW]}, "import_files"),
}


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_scope_opens_its_own_calls_and_no_others(team: Team, scope: str) -> None:
    async with calling(team, "senior", [scope]) as client:
        for other, (method, path, body, _) in _OPENS.items():
            answer = await client.request(method, f"{API}{path}", json=body)
            refused = answer.status_code == 403 and answer.json()["code"] == "scope"

            assert refused == (other != scope), (other, answer.text)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
async def test_a_key_may_do_no_more_than_the_person_it_acts_as(team: Team, role: str) -> None:
    async with calling(team, role) as client:
        for method, path, body, right in _OPENS.values():
            answer = await client.request(method, f"{API}{path}", json=body)
            refused = answer.status_code == 403

            assert refused == (right not in ROLES[role]), (path, answer.text)
    rights = {found.right for found in team.refused(role)}

    assert {one[3] for one in _OPENS.values()} - ROLES[role] <= rights


async def test_a_call_acts_under_the_name_of_its_key_and_answers_with_the_case(team: Team) -> None:
    async with calling(team, "associate", ["read", "cases:write"]) as client:
        done = await client.post(invoice_at("INV-1", "/pause"), json=_PAUSE)
        read = await client.get(invoice_at("INV-1"))

    assert done.json()["paused"] | {"at": ""} == {
        "reason": "goodwill",
        "until": "2026-05-20",
        "by": "associate",
        "scope": "invoice",
        "at": "",
    }
    assert done.headers["etag"] == read.headers["etag"] == f'"{team.version("INV-1")}"'
    assert done.json()["facts"] == read.json()["facts"]


async def test_nobody_approves_by_key_what_they_proposed(team: Team) -> None:
    async with calling(team, "senior") as client:
        late = {"date": "2026-12-24"}
        proposed = await client.post(invoice_at("INV-1", "/promise"), json=late)
        approved = await client.post(invoice_at("INV-1", "/proposal/approve"), json={})

    assert proposed.status_code == 200
    assert approved.status_code in {403, 422}
    assert team.refused("senior")


async def test_a_case_that_changed_meanwhile_is_not_acted_on(team: Team) -> None:
    async with calling(team, "associate") as client:
        seen = (await client.get(invoice_at("INV-1"))).headers["etag"]
        team.acting("manager").pause("INV-1", "goodwill", None)
        headers = {"If-Match": seen, "Idempotency-Key": "one"}
        stale = await client.post(invoice_at("INV-1", "/resume"), json={}, headers=headers)
        fresh = (await client.get(invoice_at("INV-1"))).headers["etag"]
        headers["If-Match"] = fresh
        done = await client.post(invoice_at("INV-1", "/resume"), json={}, headers=headers)
        wrong = await client.post(
            invoice_at("INV-1", "/resume"), json={}, headers={"If-Match": 'W/"1"'}
        )

    assert (stale.status_code, stale.json()["code"]) == (412, "changed")
    assert done.status_code == 200
    assert (wrong.status_code, wrong.json()["code"]) == (400, "etag")


async def test_the_same_call_again_is_answered_again_and_acts_once(team: Team) -> None:
    before = team.version("INV-1")
    async with calling(team, "associate") as client, calling(team, "associate") as other:
        path, headers = invoice_at("INV-1", "/pause"), {"Idempotency-Key": "k-1"}
        first = await client.post(path, json=_PAUSE, headers=headers)
        acted = team.version("INV-1")
        again = await client.post(path, json=_PAUSE, headers=headers)
        changed = await client.post(path, json=_PAUSE | {"note": "x"}, headers=headers)
        elsewhere = await client.post(invoice_at("INV-2", "/pause"), json=_PAUSE, headers=headers)
        refused = await client.post(path, json={"reason": "?"}, headers={"Idempotency-Key": "k-2"})
        refused_again = await client.post(
            path, json={"reason": "?"}, headers={"Idempotency-Key": "k-2"}
        )
        theirs = await other.post(path, json=_PAUSE, headers=headers)

    assert acted > before
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert [one.json()["code"] for one in (changed, elsewhere)] == ["key_reused", "key_reused"]
    assert (refused.status_code, refused_again.content) == (422, refused.content)
    assert "idempotency-replayed" not in theirs.headers


async def test_the_same_call_many_times_at_once_acts_once(team: Team) -> None:
    async with calling(team, "associate") as client:
        path, headers = invoice_at("INV-1", "/dispute"), {"Idempotency-Key": "race"}
        body = {"reason": "price", "amount": "10.00"}
        asked = (client.post(path, json=body, headers=headers) for _ in range(8))
        answers = await asyncio.gather(*asked)
        disputes = (await client.get(invoice_at("INV-1"))).json()["disputes"]

    assert {one.status_code for one in answers} <= {200, 409}
    assert len(disputes) == 1


async def test_a_call_nobody_knows_the_outcome_of_is_not_made_again(team: Team) -> None:
    key, ledger = key_of(team, "associate"), team.books.wiring.ledger
    caller = caller_of(ledger, key, NOW)
    assert caller is not None
    async with team.stranger() as client:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "lost"}
        path = invoice_at("INV-1", "/pause")
        content = b'{"reason": "goodwill"}'
        sent = {**headers, "Content-Type": "application/json"}
        await client.post(path, content=content, headers=sent)

        def forget(books: Books) -> str:
            row = claim_call(books.connection, caller.key, "lost", "", NOW)
            assert row is not None
            claim_call(books.connection, caller.key, "open", row["fingerprint"], NOW)
            return str(row["fingerprint"])

        ledger.transact(forget)
        again = await client.post(path, content=content, headers=sent | {"Idempotency-Key": "open"})

    assert (again.status_code, again.json()["code"]) == (409, "in_progress")


async def test_cookies_and_forms_of_browsers_open_nothing(team: Team) -> None:
    async with team.at_desk("associate") as browser:
        read = await browser.get(f"{API}/invoices")
        acted = await browser.post(invoice_at("INV-1", "/pause"), data={"reason": "goodwill"})

    assert (read.status_code, acted.status_code) == (401, 401)
    assert read.headers["www-authenticate"].startswith("Bearer")


def test_a_key_is_shown_once_kept_as_a_hash_and_says_when_it_was_used(team: Team) -> None:
    key, ledger = key_of(team, "viewer", ["read"]), team.books.wiring.ledger
    assert caller_of(ledger, key, NOW)
    with ledger.reading() as books:
        row = keys_of(books.connection)[0]

    assert key not in str(dict(row))
    assert key.split("_")[2] not in str(dict(row))
    assert (row["person"], row["added_by"], row["used_at"]) == ("viewer", "administrator", NOW)


def test_a_key_opens_nothing_after_it_was_revoked_or_its_person_left(team: Team) -> None:
    ledger = team.books.wiring.ledger
    keys, people = ApiKeyActions(ledger, "administrator", NOW), PeopleActions
    revoked, left = key_of(team, "viewer"), key_of(team, "auditor")
    keys.revoke(revoked.split("_")[1])
    people(ledger, "administrator", NOW).deactivate("auditor", "left")

    assert caller_of(ledger, revoked, NOW) is None
    assert caller_of(ledger, left, NOW) is None
    assert caller_of(ledger, revoked[:-1] + "A", NOW) is None
    with pytest.raises(NotAllowed, match="revoked before"):
        keys.revoke(revoked.split("_")[1])


def test_only_administrators_give_keys_and_none_acts_as_one(team: Team) -> None:
    ledger = team.books.wiring.ledger
    with pytest.raises(NoAuthority):
        ApiKeyActions(ledger, "manager", NOW).add("viewer", ["read"])
    with pytest.raises(NotAllowed, match="administrator"):
        key_of(team, "administrator", ["read"])
    with pytest.raises(NotAllowed, match="is no scope"):
        key_of(team, "viewer", ["everything"])
    with pytest.raises(NotAllowed, match="duncan people add"):
        key_of(team, "nobody-known", ["read"])

    assert team.refused("manager")[-1].right == "manage_people"


def test_the_commands_give_list_and_revoke_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUNCAN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def duncan(*words: str) -> str:
        found = CliRunner().invoke(app, words)
        assert found.exit_code == 0, found.output
        return found.output

    duncan("people", "add", "root", "--role", "administrator", "--by", "setup")
    duncan("people", "add", "erp", "--role", "associate", "--by", "root")
    given = duncan("api-key", "add", "erp", "--scope", "read", "--by", "root", "--json", "-")
    key = json.loads(given)["key"]
    duncan("api-key", "revoke", key.split("_")[1], "--by", "root")
    listed = duncan("api-key", "list")

    assert "revoked" in listed
    assert key not in listed
