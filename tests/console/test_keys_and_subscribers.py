from __future__ import annotations

import re

import pytest

from commands.api_keys.actions import caller_of
from commands.webhooks.actions import WebhookActions
from dunning.may import NotAllowed
from ledger.event_deliveries import claim_delivery, due_deliveries, note_dead, states_of
from ledger.event_subscriptions import subscriptions_of
from tests.console.small_ledger import NOW
from tests.console.team import Team, sent

OUTSIDE = "https://erp.example/duncan"


def _key(page: str) -> str:
    found = re.search(r"duncan_[0-9a-f]{12}_[\w-]{43}", page)
    return found.group() if found else ""


async def test_a_key_is_given_shown_once_and_taken_away(team: Team) -> None:
    ledger = team.books.wiring.ledger
    fields = {"person": "associate", "scope": "read", "note": "<b>ERP</b>"}
    form = "cd" * 16
    async with team.at_desk("administrator") as desk:
        answer = await sent(desk, "/keys", "add", fields, form)
        again = await sent(desk, "/keys", "add", fields, form)
        key = _key(answer.text)
        listed = (await desk.get("/keys")).text
        caller = caller_of(ledger, key, NOW)
        used = (await desk.get("/keys")).text
        name = key.split("_")[1]
        await sent(desk, f"/keys?which={name}", "revoke", {})
        after = (await desk.get("/keys")).text

    assert caller is not None
    assert caller.scopes == {"read"}
    assert again.status_code == 303
    assert key not in listed
    assert name in listed
    assert "&lt;b&gt;ERP&lt;/b&gt;" in listed
    assert "never" in listed
    assert "never" not in used
    assert "revoked" in after
    assert caller_of(ledger, key, NOW) is None


async def test_what_is_wrong_stands_beside_its_field_and_no_key_is_made(team: Team) -> None:
    async with team.at_desk("administrator") as desk:
        nothing = await sent(desk, "/keys", "add", {"person": "associate", "note": "kept"})
        boss = await sent(desk, "/keys", "add", {"person": "administrator", "scope": "read"})

    assert nothing.status_code == 422
    assert 'value="kept"' in nothing.text
    assert "Choose one of these." in nothing.text
    assert "A key cannot act as an administrator." in boss.text
    assert not _key(boss.text)


async def test_only_who_manages_people_sees_keys_and_webhooks(team: Team) -> None:
    for role in ("associate", "manager", "controller", "auditor", "viewer"):
        async with team.at_desk(role) as desk:
            for page in ("/keys", "/subscribers", "/subscribers/x"):
                assert (await desk.get(page)).status_code == 403, (role, page)
            assert "/keys" not in (await desk.get("/settings")).text
    async with team.at_desk("administrator") as desk:
        assert "/keys" in (await desk.get("/settings")).text


async def test_a_webhook_is_added_tried_and_disabled(team: Team) -> None:
    ledger = team.books.wiring.ledger
    async with team.at_desk("administrator") as desk:
        added = await sent(desk, "/subscribers", "add", {"url": OUTSIDE, "kind": "promise_made"})
        with ledger.reading() as books:
            [row] = subscriptions_of(books.connection)
        page = f"/subscribers/{row['subscription']}"
        await sent(desk, page, "test", {})
        rotated = await sent(desk, page, "rotate", {})
        shown = (await desk.get(page)).text
        await sent(desk, page, "end", {})
        ended = (await desk.get(page)).text

    assert row["secret"] in added.text
    assert row["kinds"] == "promise_made"
    assert row["secret"] not in shown
    assert re.search(r"whsec_[\w+/=]+", rotated.text)
    assert "<code>test</code>" in shown
    assert "do-test" not in ended


async def test_what_was_given_up_is_shown_with_its_reason_and_tried_again(team: Team) -> None:
    ledger = team.books.wiring.ledger
    actions = WebhookActions(ledger, "administrator", NOW)
    subscription = actions.add(OUTSIDE).subscription
    actions.test(subscription)
    with ledger.reading() as books:
        [due] = due_deliveries(books.connection, NOW, 5)
    ledger.transact(lambda books: claim_delivery(books.connection, due, NOW))
    why = "It answered 500."
    ledger.transact(lambda books: note_dead(books.connection, due["delivery"], NOW, why))
    async with team.at_desk("administrator") as desk:
        page = f"/subscribers/{subscription}"
        before = (await desk.get(f"{page}?state=dead")).text
        await sent(desk, page, "retry", {})
    with ledger.reading() as books:
        states = states_of(books.connection, subscription)

    assert why in before
    assert states == {subscription: {"waiting": 1}}


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://10.1.2.3/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://017700000001/x",
        "https://localhost/x",
        "https://localhost./x",
        "https://metadata.google.internal/x",
        "https://user:pass@erp.example/x",
        "https://erp.example/x#y",
        "file:///etc/passwd",
        "gopher://erp.example/x",
        "https://erp.example/\r\nX: y",
    ],
)
def test_an_address_in_our_own_network_is_refused_at_once(team: Team, url: str) -> None:
    with pytest.raises(NotAllowed):
        WebhookActions(team.books.wiring.ledger, "administrator", NOW).add(url)


async def test_a_refused_address_stands_in_its_field_again(team: Team) -> None:
    async with team.at_desk("administrator") as desk:
        answer = await sent(desk, "/subscribers", "add", {"url": "https://10.0.0.1/x"})

    assert answer.status_code == 422
    assert "in a network of our own" in answer.text
    assert 'value="https://10.0.0.1/x"' in answer.text
