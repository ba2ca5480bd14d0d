"""Books in the middle of a month: something of everything the desk can show waits there."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.message import EmailMessage
from html import unescape
from zlib import crc32

from httpx import AsyncClient, Response

from commands.audit.recording import record_audit
from commands.mailroom.arrivals import mailroom_of
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceOpened
from dunning.money import Money
from dunning.payment import PaymentReceived
from ledger.arrivals import Incoming, store
from ledger.replies import REPLY
from tests.console.small_ledger import HOSTILE, NOW, ODD_NUMBER
from tests.console.team import HIDDEN, Team, sent, waited

FINDING = "abcdef012345"
_DRAFTED = "/policies/versions/1/document?path=policies/standard_b2b.toml"
TERMS = (
    'name = "sooner"\npolicy = "standard_b2b"\nstep = "reminder"\nstarts = 2026-05-05\n'
    'ends = 2026-08-01\n\n[[arm]]\nname = "early"\nshare = 40\nday = 2\n'
)
_ROWS = (
    "invoice,customer,currency,amount,issue_date,due_date\n"
    "NEW-1,C-1,EUR,10.00,2026-04-01,2026-05-01\n"
    "NEW-2,C-1,EUR,<script>,2026-04-01,2026-05-01\n"
)
_MAILS = (
    ("c-1@customer.example", "Which purchase order does INV-1 belong to?"),
    ("c-1@customer.example", "We will pay INV-1 on 15 May 2026."),
    ("c-3@customer.example", "The goods of INV-4 were broken, we do not pay that."),
    ("stranger@elsewhere.example", f"Who are you? {HOSTILE}"),
)


async def made_busy(team: Team) -> Team:
    """The team's books after everybody did something on the desk."""
    _recorded(team)
    for sender, text in _MAILS:
        wrote(team, text, sender)
    async with team.at_desk("associate") as desk:
        await _associate(team, desk)
    async with team.at_desk("senior") as desk:
        await _senior(desk)
    async with team.at_desk("manager") as desk:
        await _done(sent(desk, "/experiments", "start", {"terms": TERMS}))
    return team


def wrote(
    team: Team,
    text: str,
    sender: str = "c-1@customer.example",
    at: datetime = NOW,
    subject: str = "About <b>it</b>",
) -> str:
    """A customer's mail comes in; the number of the reply."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Jana <{sender}>", "ar@creditor.example"
    mail["Subject"], mail["Message-ID"] = (
        subject,
        f"<{crc32(text.encode())}@customer.example>",
    )
    mail.set_content(text)
    mail.add_alternative(f"<p>{text}</p><script>alert(1)</script>", subtype="html")
    name = "../../x<y>.html"
    mail.add_attachment(b"<script>", maintype="text", subtype="html", filename=name)
    incoming = Incoming("mail", f"mail:{crc32(text.encode())}", bytes(mail), {"door": "imap"}, at)
    wiring = team.books.wiring
    wiring.ledger.transact(lambda books: store(books.connection, incoming))
    mailroom_of(wiring).handle_next(at)
    with wiring.ledger.reading() as books:
        row = books.connection.execute(REPLY.select().order_by(REPLY.c.arrival.desc())).first()
    assert row is not None, "it was taken in"
    return str(row.reply)


def came_in(team: Team, number: str, amount: str, payer: str, reference: str = "thanks") -> None:
    """A payment that nobody has applied yet."""
    money = Money.parse(amount, "EUR")
    fact = PaymentReceived(
        at=NOW,
        by="import",
        payment=number,
        amount=money,
        on=date(2026, 5, 1),
        reference=reference,
        payer=payer,
    )
    team.books.wiring.ledger.transact(lambda books: books.record_payment(fact, 0))


def _recorded(team: Team) -> None:
    """What comes from elsewhere: an invoice that is due, payments, and an audit at night."""
    nord = CustomerRecorded(
        at=NOW,
        by="import",
        customer="C-4",
        name="Nord <b>Handel</b> GmbH",
        country="DE",
        locale="de_DE",
        contacts=(Contact("C-4/1", "Ida Nord", "billing", email="c-4@customer.example"),),
    )
    opened = [_opened("INV-6", "C-1", "640.00"), _opened("INV-7", "C-4", "815.00")]
    ledger = team.books.wiring.ledger
    ledger.transact(lambda books: books.record_customer("C-4", nord))
    ledger.transact(lambda books: books.open_cases(opened))
    came_in(team, "P 7/a#1", "1250.00", "Halden Maschinenbau AG")
    came_in(team, "P-8", "33.00", HOSTILE, "=1+1")
    came_in(team, "P-9", "5.00", "Nobody & Sons")
    _audited(team)


def _opened(invoice: str, customer: str, amount: str) -> InvoiceOpened:
    return InvoiceOpened(
        at=NOW,
        by="import",
        invoice=invoice,
        customer=customer,
        entity="",
        amount=Money.parse(amount, "EUR"),
        issue_date=date(2026, 4, 2),
        due_date=date(2026, 5, 1),
    )


def _audited(team: Team) -> None:
    found = {"id": FINDING, "test": "A09", "code": "AFTER_PAYMENT", "invoice": "INV-1"}
    found |= {"customer": "C-1", "since": "2026-04-07", "subject": "reminder"}
    found |= {"detail": f"written to after payment {HOSTILE}", "link": ""}
    test = {"id": "A09", "title": "t", "passed": False, "checked": 3, "findings": [found]}
    counts = {"invoices": 6, "touches": 3, "customers": 3}
    score = {"on_time": 3, "late": 0, "explained": 1, "missed": 0, "extra": 0}
    answer = {"from": "2026-03-01", "to": "2026-05-03", "population": counts, "tests": [test]}
    whole = {**answer, "score": score, "explained": {}}
    record_audit(team.books.wiring.ledger, whole, "duncan", NOW)


async def _associate(team: Team, desk: AsyncClient) -> None:
    credit = {"what": "credit_note", "amount": "50.00", "reason": "price agreed"}
    await _done(sent(desk, "/adjustments", "propose", credit | {"invoice": "INV-1"}))
    hold = {"customer": "C-3", "code": "COMPLAINT", "why": f"complained {HOSTILE}"}
    await _done(sent(desk, "/holds", "place", hold))
    named = {"name": HOSTILE, "role": "manager", "email": "cfo@customer.example", "phone": ""}
    await _done(sent(desk, "/contacts/C-1", "propose", named))
    note = {"form": "a1" * 16, "do": "write", "text": "rings <b>back</b> on Friday"}
    await _done(desk.post("/notes/customer/C-1", data=note))
    await _done(sent(desk, "/queue?what=call", "keep-view", {"name": "My <calls>"}))
    asked = {"customer": "C/2", "item": ODD_NUMBER, "parts": "3", "first": "2026-05-15"}
    page = (await desk.get("/plans/new", params=asked)).text.partition('method="post" action="/pl')
    proposed = form_to(f"<form {page[1]}{page[2]}", "/plans/new")
    await _done(desk.post("/plans/new", data=proposed | {"note": "by phone"}))
    fields = form_to((await desk.get("/imports")).text, "/imports/look") | {"kind": "invoices"}
    file = {"file": ("invoices.csv", _ROWS.encode())}
    looked = await waited(desk, await desk.post("/imports/look", data=fields, files=file))
    taking = form_to(looked.text, "/imports/take")
    await waited(desk, await desk.post("/imports/take", data=taking))
    team.acting("associate").write_off("INV-3", "bankrupt", "the court said so")
    team.acting("associate").resume("INV-2")
    team.acting("associate").pause("INV-6", "goodwill", None)


async def _senior(desk: AsyncClient) -> None:
    shown = (await desk.get(_DRAFTED)).text
    main = shown[shown.index("<main") :]
    text = re.search(r'<textarea name="text"[^>]*>\n?(.*?)</textarea>', main, re.DOTALL)
    assert text, "the document can be edited"
    changed = unescape(text.group(1)).replace("day = 3\n", "day = 1\n")
    changed = changed.replace("version = 1\n", "version = 2\n", 1)
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(main)}
    await _done(desk.post(_DRAFTED, data=hidden | {"text": changed, "note": "ask sooner"}))
    await _done(sent(desk, "/month-end", "prepare", {}))
    asked = {"customer": "C-3", "reason": f"wrote so {HOSTILE}"}
    await _done(sent(desk, "/erasures", "ask", asked))


def form_to(page: str, action: str) -> dict[str, str]:
    """What a form of a page carries, with what stands in its fields."""
    found = re.search(rf'<form[^>]* action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert found, f"a form goes to {action}"
    areas = re.findall(
        r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', found.group(), re.DOTALL
    )
    return {name: unescape(value) for name, value in [*HIDDEN.findall(found.group()), *areas]}


async def _done(answering: object) -> None:
    answer = await answering  # type: ignore[misc]
    assert isinstance(answer, Response)
    assert answer.status_code == 303, answer.text[answer.text.find('role="alert"') :][:300]
