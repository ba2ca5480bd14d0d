"""What goes out soon: by day, as it will read, held, sent now, and with a person's own sentence."""

from __future__ import annotations

import re

import pytest

from dunning.customer import Customer
from tests.console.team import Team, sent

PAGE = "/outgoing/message?invoice=INV-2"
SENTENCE = "Our driver <Tom> comes on Friday."


@pytest.fixture
def soon(team: Team) -> Team:
    """INV-2 is no longer paused, so its letter is what comes next."""
    team.acting("associate").resume("INV-2")
    return team


async def test_a_day_lists_who_gets_what_and_counts(soon: Team) -> None:
    async with soon.at_desk("viewer") as desk:
        pages = [(await desk.get(f"/outgoing?day={day}")).text for day in ("today", "tomorrow")]
        odd = await desk.get("/outgoing?day=never&q=%25&after=x")
        file = await desk.get("/outgoing/list.csv?day=tomorrow")
        book = await desk.get("/outgoing/list.xlsx?day=today")

    assert any("Halden Maschinenbau AG" in page for page in pages)
    assert any("/outgoing/message?invoice=" in page for page in pages)
    assert odd.status_code == 400
    assert file.content[:2] == book.content[:2] == b"PK"


async def test_a_message_reads_as_it_will_go_out_and_nothing_is_claimed(soon: Team) -> None:
    before = _facts(soon)
    async with soon.at_desk("viewer") as desk:
        page = await desk.get(PAGE)
        letter = await desk.get("/outgoing/letter?invoice=INV-2")
        nothing = await desk.get("/outgoing/message?invoice=INV-4")

    assert page.status_code == 200
    assert "do/hold" not in page.text
    assert "INV-2" in letter.text
    assert "sandbox" in letter.headers["content-security-policy"]
    assert nothing.status_code == 404
    assert "Nothing is to be sent about invoice INV-4 next." in nothing.text
    assert _facts(soon) == before


@pytest.mark.parametrize(
    ("invoice", "why"),
    [
        ("INV-2", "is paused until"),
        ("INV-3", "is promised for"),
        ("INV-4", "is disputed: resolve the dispute first."),
    ],
)
async def test_what_cannot_be_sent_now_has_no_button_and_says_why(
    team: Team, invoice: str, why: str
) -> None:
    async with team.at_desk("associate") as desk:
        page = (await desk.get(f"/invoices/{invoice}")).text

    assert f"Send now is not possible: Invoice {invoice} {why}" in page
    assert "asked=now" not in page


async def test_a_note_before_a_promised_day_can_be_read_but_not_sent_now(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        page = (await desk.get("/outgoing/message?invoice=INV-3")).text
    async with team.at_desk("associate", **{"accept-language": "de"}) as desk:
        german = (await desk.get("/outgoing/message?invoice=INV-3")).text

    assert "Send now is not possible: Invoice INV-3 is promised for 12 May 2026" in page
    assert "asked=now" not in page
    assert "Jetzt senden geht nicht: Rechnung INV-3" in german


@pytest.mark.parametrize("day", ["today", "tomorrow", "next"])
async def test_the_day_that_is_shown_is_the_tab_that_is_marked(team: Team, day: str) -> None:
    async with team.at_desk("viewer") as desk:
        page = (await desk.get(f"/outgoing?day={day}")).text

    # Monday: the next business day is tomorrow, and stands there once.
    shown = "today" if day == "today" else "tomorrow"
    marked = re.findall(r'<a href="([^"]*)"[^>]*aria-current="true"', page.partition("<main")[2])
    assert [one.partition("day=")[2] for one in marked] == [shown]


async def test_a_sentence_stands_in_the_letter_and_can_be_taken_back(soon: Team) -> None:
    async with soon.at_desk("associate") as desk:
        said = await sent(desk, PAGE, "say", {"text": SENTENCE})
        letter = (await desk.get("/outgoing/letter?invoice=INV-2")).text
        page = (await desk.get(PAGE)).text
        again = await sent(desk, PAGE, "say", {"text": SENTENCE})
        await sent(desk, PAGE, "say", {"text": ""})
        without = (await desk.get("/outgoing/letter?invoice=INV-2")).text

    assert said.status_code == 303
    assert "Our driver &lt;Tom&gt; comes on Friday." in letter
    assert "<bdi>associate</bdi>" in page
    assert again.status_code == 422
    assert "driver" not in without


async def test_a_sentence_that_is_too_long_is_kept_in_the_field(soon: Team) -> None:
    async with soon.at_desk("associate") as desk:
        answer = await sent(desk, PAGE, "say", {"text": "much " * 200})

    assert answer.status_code == 422
    assert "At most 600 characters fit into a letter." in answer.text
    assert "much much" in answer.text


async def test_a_message_is_held_or_sent_now_once(soon: Team) -> None:
    async with soon.at_desk("associate") as desk:
        asked = {"form": "d" * 32, "do": "words"}
        now = await desk.post("/outgoing/words/do/send-now?invoice=INV-2", data=asked)
        await desk.post("/outgoing/words/do/send-now?invoice=INV-2", data=asked)
        wrong = await sent(desk, PAGE, "hold", {"reason": "", "note": "they rang"})
        held = await sent(desk, PAGE, "hold", {"reason": "goodwill"})
    facts = _facts(soon)

    assert now.status_code == held.status_code == 303
    assert facts.count("send_requested") == 1
    assert wrong.status_code == 422
    assert "they rang" in wrong.text
    assert _customer(soon).pause is not None


@pytest.mark.parametrize("role", ["viewer", "auditor", "controller", "administrator"])
async def test_who_may_not_act_is_refused_and_changes_nothing(soon: Team, role: str) -> None:
    async with soon.at_desk("associate") as desk:
        page = (await desk.get(PAGE)).text
    message = re.search(r'name="message" value="([^"]*)"', page)
    assert message
    data = {"form": "e" * 32, "text": SENTENCE, "message": message.group(1)}
    async with soon.at_desk(role) as desk:
        answer = await desk.post("/outgoing/do/say?invoice=INV-2", data=data)

    assert answer.status_code == 403
    assert [one.right for one in soon.refused(role)] == ["follow_up"]
    assert "sentence_added" not in _facts(soon)


def _facts(team: Team) -> list[str]:
    with team.books.wiring.ledger.reading() as books:
        rows = books.connection.exec_driver_sql(
            "SELECT kind FROM fact WHERE kind NOT IN ('action_refused', 'signed_in') ORDER BY id"
        )
        return [str(kind) for (kind,) in rows]


def _customer(team: Team) -> Customer:
    with team.books.wiring.ledger.reading() as books:
        return books.customer("C-1")


async def test_the_list_is_filtered_by_what_goes_out_and_whose_it_is(soon: Team) -> None:
    async with soon.at_desk("viewer") as desk:
        pages = {
            query: (await desk.get(f"/outgoing?day=tomorrow&{query}")).text
            for query in ("channel=email", "channel=sms", "level=9", "entity=none", "collector=x")
        }
        file = await desk.get("/outgoing/list.csv?day=today&channel=sms")

    listed = {query for query, page in pages.items() if "Halden Maschinenbau AG" in page}
    assert listed == {"channel=email"}
    assert file.status_code == 200


async def test_a_statement_is_asked_for_once_shown_and_taken_back(team: Team) -> None:
    page = "/statements?customer=C-1"
    async with team.at_desk("associate") as desk:
        asked = await sent(desk, page, "send", {"note": "they rang"})
        outgoing = (await desk.get("/outgoing")).text
        again = await desk.post(
            "/statements/do/send?customer=C-1", data={"form": "f" * 32, "do": "send"}
        )
        await sent(desk, page, "cancel", {})
        after = (await desk.get("/outgoing")).text
        nothing = await desk.get("/statements?customer=C-9")

    assert asked.status_code == 303
    assert "Statements of account that were asked for" in outgoing
    assert again.status_code == 422
    assert "was asked for already" in again.text
    assert "Statements of account that were asked for" not in after
    assert nothing.status_code == 404
    assert _facts(team).count("statement_asked") == 1


async def test_who_only_reads_sends_no_statement(team: Team) -> None:
    async with team.at_desk("auditor") as desk:
        page = (await desk.get("/statements?customer=C-1")).text
        answer = await desk.post(
            "/statements/do/send?customer=C-1", data={"form": "f" * 32, "do": "send"}
        )

    assert "do-send" not in page
    assert answer.status_code == 403
    assert "statement_asked" not in _facts(team)
