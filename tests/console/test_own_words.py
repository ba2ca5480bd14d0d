"""Send now: the letter as it will look, in one's own words, with every gate in force."""

from __future__ import annotations

import re
from html import unescape

import pytest
from httpx import AsyncClient

from dunning.facts import InvoiceFact
from dunning.touch_facts import TouchReworded
from tests.console.team import Team

PAGE = "/outgoing/words?invoice=INV-2&asked=now"
SENT = "/outgoing/words/do/send-now?invoice=INV-2"
OWN = "We <b>rang</b> on Monday."


@pytest.fixture
def soon(team: Team) -> Team:
    """INV-2 is no longer paused, so its letter is what comes next."""
    team.acting("associate").resume("INV-2")
    return team


async def form_of(desk: AsyncClient, page: str = PAGE) -> dict[str, str]:
    """The form with the letter's words, as a browser fills it in."""
    shown = (await desk.get(page)).text
    fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', shown))
    subject = re.search(r'name="subject"[^>]* value="([^"]*)"', shown)
    text = re.search(r'<textarea[^>]*name="text"[^>]*>([^<]*)</textarea>', shown)
    assert subject, shown
    assert text
    fields |= {"subject": subject.group(1), "text": text.group(1), "do": "words"}
    return {name: unescape(value) for name, value in fields.items()}


async def test_the_invoice_leads_to_its_letter_and_the_letter_is_shown_as_typed(
    soon: Team,
) -> None:
    async with soon.at_desk("associate") as desk:
        invoice = (await desk.get("/invoices/INV-2")).text
        typed = await form_of(desk) | {"text": (await form_of(desk))["text"] + "\n\n" + OWN}
        shown = await desk.post("/outgoing/words/letter?invoice=INV-2&asked=now", data=typed)
        broken = await desk.post(
            "/outgoing/words/letter?invoice=INV-2&asked=now", data=typed | {"text": "x"}
        )

    assert "/outgoing/words?invoice=INV-2&amp;asked=now" in invoice
    assert "We &lt;b&gt;rang&lt;/b&gt; on Monday." in shown.text
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "Keep each of these once" in broken.text
    assert _reworded(soon) == []


async def test_words_are_kept_with_who_wrote_them_and_a_double_click_asks_once(
    soon: Team,
) -> None:
    async with soon.at_desk("associate") as desk:
        typed = await form_of(desk)
        typed["text"] += "\n\n" + OWN
        first = await desk.post(SENT, data=typed)
        second = await desk.post(SENT, data=typed)
        page = (await desk.get("/invoices/INV-2")).text

    assert first.status_code == second.status_code == 303
    assert [one.by for one in _reworded(soon)] == ["associate"]
    assert OWN in _reworded(soon)[0].text
    assert "The next letter in own words" in page


async def test_a_refusal_keeps_what_was_typed(soon: Team) -> None:
    async with soon.at_desk("associate") as desk:
        typed = await form_of(desk) | {"text": "Just pay."}
        answer = await desk.post(SENT, data=typed)

    assert answer.status_code == 422
    assert "Just pay." in answer.text
    assert "Keep each of these once" in answer.text
    assert _reworded(soon) == []


async def test_a_letter_that_changed_meanwhile_is_looked_at_again(soon: Team) -> None:
    async with soon.at_desk("associate") as desk:
        typed = await form_of(desk)
        typed |= {"made_from": "0" * 64, "text": typed["text"] + "\n\nmine"}
        answer = await desk.post(SENT, data=typed)

    assert answer.status_code == 409
    assert "mine" in answer.text
    assert _reworded(soon) == []


async def test_words_without_sending_now_are_kept_shown_and_taken_back(soon: Team) -> None:
    page = "/outgoing/words?invoice=INV-2"
    async with soon.at_desk("associate") as desk:
        typed = await form_of(desk, page)
        typed["text"] += "\n\n" + OWN
        kept = await desk.post("/outgoing/words/do/word?invoice=INV-2", data=typed)
        letter = (await desk.get("/outgoing/letter?invoice=INV-2")).text
        back = {"form": "b" * 32, "do": "unword"}
        await desk.post("/outgoing/words/do/unword?invoice=INV-2", data=back)
        without = (await desk.get("/outgoing/letter?invoice=INV-2")).text

    assert kept.status_code == 303
    assert "We &lt;b&gt;rang&lt;/b&gt; on Monday." in letter
    assert "rang" not in without


async def test_what_is_held_says_why_instead_of_a_letter(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        answer = await desk.get(PAGE)

    assert answer.status_code == 404
    assert "is paused until" in answer.text


@pytest.mark.parametrize("role", ["viewer", "auditor", "controller", "administrator"])
async def test_who_may_not_follow_up_sends_nothing(soon: Team, role: str) -> None:
    async with soon.at_desk(role) as desk:
        answer = await desk.post(SENT, data={"form": "e" * 32, "do": "words"})

    assert answer.status_code == 403
    assert "send_requested" not in [one.kind for one in _history(soon)]


def _history(team: Team) -> list[InvoiceFact]:
    with team.books.wiring.ledger.reading() as books:
        return [fact for _, fact in books.history("INV-2")]


def _reworded(team: Team) -> list[TouchReworded]:
    return [one for one in _history(team) if isinstance(one, TouchReworded)]
