"""The inbox: what customers wrote, read beside the account, confirmed, corrected and answered."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from commands.mailroom.arrivals import mailroom_of
from console.reading.replies import segments
from dunning.promise_facts import PromiseMade
from ledger.answers import MESSAGE
from ledger.arrivals import Incoming, store
from ledger.books import Books
from ledger.replies import REPLY
from ledger.tables import OutboxRow, table
from tests.console.small_ledger import NOW
from tests.console.team import Team, sent

ASKS = "Which purchase order does INV-1 belong to?"
LATER = "We will pay INV-1 on 15 May 2026."


def wrote(team: Team, text: str, sender: str = "c-1@customer.example", html: str = "") -> str:
    """A customer's mail comes in; the number of the reply."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Jana <{sender}>", "ar@creditor.example"
    mail["Subject"], mail["Message-ID"] = "About <b>it</b>", f"<{hash(text)}@customer.example>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
        mail.add_attachment(
            b"<script>", maintype="text", subtype="html", filename="../../x<y>.html"
        )
    incoming = Incoming("mail", f"mail:{hash(text)}", bytes(mail), {"door": "imap"}, NOW)
    wiring = team.books.wiring
    wiring.ledger.transact(lambda books: store(books.connection, incoming))
    mailroom_of(wiring).handle_next(NOW)
    with wiring.ledger.reading() as books:
        row = books.connection.execute(REPLY.select().order_by(REPLY.c.arrival.desc())).first()
    assert row is not None, "it was taken in"
    return str(row.reply)


def state(team: Team, reply: str) -> str:
    with team.books.wiring.ledger.reading() as books:
        found = books.connection.execute(REPLY.select().where(REPLY.c.reply == reply)).one()
    return str(found.state)


def promised(team: Team, invoice: str) -> str:
    with team.books.wiring.ledger.reading() as books:
        facts = [fact for _, fact in books.history(invoice)]
    made = [fact for fact in facts if isinstance(fact, PromiseMade)]
    return f"{made[-1].promised_on} by {made[-1].by}" if made else ""


async def confirmed(team: Team, reply: str, role: str = "associate") -> int:
    async with team.at_desk(role) as desk:
        page = (await desk.get(f"/inbox/{reply}")).text
        form = re.search(r'do/confirm">.*?name="form" value="(\w+)"', page, re.DOTALL)
        number = form.group(1) if form else "0" * 32
        data = {"form": number, "do": "confirm"}
        return (await desk.post(f"/inbox/{reply}/do/confirm", data=data)).status_code


async def test_what_waits_is_listed_with_its_reading_and_its_clock(team: Team) -> None:
    reply = wrote(team, ASKS)
    async with team.at_desk("viewer") as desk:
        page = (await desk.get("/inbox?kind=question&channel=email&language=en&q=halden")).text
        none = (await desk.get("/inbox?kind=dispute")).text
        late = (await desk.get("/inbox?age=late")).text

    assert f"/inbox/{reply}" in page
    assert "asks a question" in page
    assert "Halden Maschinenbau AG" in page
    assert f"/inbox/{reply}" not in none + late


async def test_the_words_that_were_read_are_marked_and_escaped(team: Team) -> None:
    reply = wrote(team, f"<script>alert(1)</script> {ASKS}")
    async with team.at_desk("associate") as desk:
        page = (await desk.get(f"/inbox/{reply}")).text

    assert '<mark class="question">' in page
    assert "<script>alert" not in page
    assert "About &lt;b&gt;it&lt;/b&gt;" in page


def test_evidence_that_overlaps_is_cut_at_every_edge() -> None:
    both = [
        {"intent": "paid", "text": "ab", "start": 0, "end": 2},
        {"intent": "dispute", "text": "bc", "start": 1, "end": 3},
    ]
    found = [(one.text, one.intents) for one in segments("abcd", both)]

    assert found == [("a", ("paid",)), ("b", ("paid", "dispute")), ("c", ("dispute",)), ("d", ())]


async def test_markup_acts_nowhere_and_files_are_only_kept(team: Team) -> None:
    html = f'<p>{ASKS}</p><script>x()</script><img src="https://evil.example/p.png">'
    reply = wrote(team, ASKS, html=html)
    async with team.at_desk("viewer") as desk:
        letter = await desk.get(f"/inbox/{reply}/letter")
        file = await desk.get(f"/inbox/{reply}/files/0")
        missing = await desk.get(f"/inbox/{reply}/files/7")

    assert "sandbox" in letter.headers["content-security-policy"]
    assert "script" not in letter.text
    assert "evil.example" not in letter.text
    assert file.headers["content-disposition"].startswith("attachment;")
    assert ".." not in file.headers["content-disposition"]
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["x-content-type-options"] == "nosniff"
    assert missing.status_code == 404


async def test_a_reading_that_is_confirmed_is_believed_in_the_persons_name(team: Team) -> None:
    # Somebody whom nobody proved: the promise is left to a person.
    reply = wrote(team, LATER)
    before = promised(team, "INV-1"), state(team, reply)
    status = await confirmed(team, reply)

    assert before == ("", "open")
    assert status == 303
    assert promised(team, "INV-1") == "2026-05-15 by associate"


async def test_a_correction_takes_back_and_does_what_the_person_says(team: Team) -> None:
    reply = wrote(team, ASKS)
    fields = {"intent": "promise_to_pay", "line": "INV-1", "on:INV-1": "2026-05-14"}
    async with team.at_desk("associate") as desk:
        answer = await sent(desk, f"/inbox/{reply}", "correct", fields)
        page = (await desk.get(f"/inbox/{reply}")).text

    assert answer.status_code == 303
    assert promised(team, "INV-1") == "2026-05-14 by associate"
    assert state(team, reply) == "handled"
    assert "Read by" in page


async def test_a_correction_that_says_too_little_keeps_what_was_typed(team: Team) -> None:
    reply = wrote(team, ASKS)
    fields = {"intent": "promise_to_pay", "line": "INV-1", "on:INV-1": "soon", "about": "INV-1"}
    async with team.at_desk("associate") as desk:
        answer = await sent(desk, f"/inbox/{reply}", "correct", fields)

    assert answer.status_code == 422
    assert 'value="soon" aria-invalid="true"' in answer.text
    assert 'value="promise_to_pay" checked' in answer.text
    assert state(team, reply) == "open"


async def test_a_stale_page_asks_again(team: Team) -> None:
    reply = wrote(team, ASKS)
    async with team.at_desk("associate") as desk:
        page = (await desk.get(f"/inbox/{reply}")).text
        seen = re.search(r'name="seen" value="(\d+)"', page)
        team.acting("senior").pause_customer("C-1", "goodwill", None)
        data = {"form": "a" * 32, "do": "handled", "seen": seen.group(1) if seen else "0"}
        answer = await desk.post(f"/inbox/{reply}/do/handled", data=data | {"outcome": "rang them"})

    assert answer.status_code == 409
    assert "rang them</textarea>" in answer.text
    assert state(team, reply) == "open"


async def test_an_answer_is_looked_at_then_sent_once(team: Team) -> None:
    reply = wrote(team, ASKS)
    said = {"letter": "answer", "words": "It is <PO> 17.\nAnything else?"}
    async with team.at_desk("associate") as desk:
        looked = await sent(desk, f"/inbox/{reply}", "answer", said | {"look": "1"})
        queued_before = _answers(team)
        form = "b" * 32
        await sent(desk, f"/inbox/{reply}", "answer", said, form=form)
        await sent(desk, f"/inbox/{reply}", "answer", said, form=form)
    wiring = team.books.wiring
    mailroom_of(wiring).work(NOW + timedelta(minutes=1))
    with wiring.ledger.reading() as books:
        words = [one for one in _kept(books) if "<PO> 17" in one]

    assert "It is &lt;PO&gt; 17." in looked.text
    assert queued_before == []
    assert _answers(team) == ["answer"]
    assert len(words) == 1
    assert state(team, reply) == "handled"


def _answers(team: Team) -> list[str]:
    claimed = MESSAGE.c.claimant.startswith("reply:")
    with team.books.wiring.ledger.reading() as books:
        return list(
            books.connection.execute(MESSAGE.select().where(claimed)).scalars(MESSAGE.c.letter)
        )


def _kept(books: Books) -> list[str]:
    return [str(row.body) for row in books.connection.execute(table(OutboxRow).select())]


async def test_what_is_nobodys_is_given_to_a_customer_and_acted_on(team: Team) -> None:
    reply = wrote(team, "Please stop sending me e-mails.", sender="who@nowhere.example")
    async with team.at_desk("associate") as desk:
        wrong = await sent(desk, f"/inbox/{reply}", "assign", {"customer": "C-99"})
        right = await sent(desk, f"/inbox/{reply}", "assign", {"customer": "C-1"})

    assert wrong.status_code == 422
    assert "There is no customer C-99 in the books." in wrong.text
    assert right.status_code == 303
    assert state(team, reply) == "open"


@pytest.mark.parametrize("role", ["viewer", "auditor", "controller", "administrator"])
async def test_who_may_not_act_on_replies_reads_and_is_refused(team: Team, role: str) -> None:
    reply = wrote(team, ASKS)
    async with team.at_desk(role) as desk:
        page = await desk.get(f"/inbox/{reply}")
        answer = await desk.post(
            f"/inbox/{reply}/do/handled", data={"form": "c" * 32, "outcome": "x"}
        )

    assert page.status_code == 200
    assert "do/handled" not in page.text
    assert answer.status_code == 403
    assert [one.right for one in team.refused(role)] == ["follow_up"]
    assert state(team, reply) == "open"


async def test_the_list_leaves_as_a_file_with_who_and_which_filters(team: Team) -> None:
    wrote(team, f"=1+1 {ASKS}")
    async with team.at_desk("auditor") as desk:
        book = await desk.get("/inbox/list.xlsx?kind=question")
        packed = await desk.get("/inbox/list.csv")
        other = await desk.get("/inbox/list.pdf")

    assert book.content[:2] == packed.content[:2] == b"PK"
    assert other.status_code == 404
