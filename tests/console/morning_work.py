"""A morning at the desk over a rehearsed ledger, so that no page of its pictures is bare."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from pathlib import Path

from fastapi import FastAPI

from commands.cases.plan_actions import PlanActions
from commands.imports.imports import import_into
from commands.mailroom.arrivals import mailroom_of
from commands.people.sign_in import SignIns
from console.visit import SESSION
from dunning.contact_facts import Contact
from ledger.arrivals import Incoming, store
from ledger.tables import CaseRow, table
from tests.console.team import sent
from tests.console.visiting import visiting
from worker import Wiring, utc_now

CASE = table(CaseRow)
_EXPERIMENT = (
    'name = "sooner"\npolicy = "standard_b2b"\nstep = "reminder"\nstarts = {first}\n'
    'ends = {last}\n\n[[arm]]\nname = "early"\nshare = 40\nday = 2\n'
)
_MAILS = (
    "We will pay {invoice} by the end of next week.",
    "The goods of {invoice} arrived damaged. We do not pay for that.",
    "Please send us a copy of {invoice} once more.",
)


async def morning_work(wiring: Wiring, app: FastAPI, home: Path, senior: str) -> None:
    """What people and customers did this morning at a rehearsed desk."""
    now = utc_now()
    query = CASE.select().where(CASE.c.stage == "reminding", CASE.c.currency == "EUR")
    with wiring.ledger.reading() as books:
        cases = {row.customer: row.invoice for row in books.connection.execute(query)}
        told = {one: books.customer(one) for one in cases}
    owing = [(one, cases[one], told[one].contacts[0]) for one in cases if told[one].contacts]
    for (_, invoice, sender), text in zip(owing, _MAILS, strict=False):
        _wrote(wiring, sender, text.format(invoice=invoice), f"Re: invoice {invoice}")
    async with visiting(app) as desk:
        desk.cookies.set(SESSION, SignIns(wiring.ledger, now).trusted("mia.holm", "password"))
        customer, invoice, _ = owing[-1]
        credit = {"what": "credit_note", "amount": "20.00", "reason": "freight was agreed as free"}
        await sent(desk, "/adjustments", "propose", credit | {"invoice": invoice})
        hold = {"customer": customer, "code": "COMPLAINT", "why": "complained about the tone"}
        await sent(desk, "/holds", "place", hold)
    await _asked_of_colleagues(wiring, app, owing[0][0], senior)
    for kind in ("customers", "payments"):
        file = home / "ledger" / f"{kind}.csv"
        import_into(wiring, kind, file, None, "mia.holm", now, dry_run=False)
    with wiring.ledger.reading() as books:
        owed = books.case(invoice).balance.major
    days, half = [now.date() + timedelta(days=days) for days in (30, 60)], round(owed / 2, 2)
    plans = PlanActions(wiring.ledger, wiring.planner, "mia.holm", now)
    plans.propose_plan(customer, [invoice], list(zip(days, (half, owed - half), strict=True)))


async def _asked_of_colleagues(wiring: Wiring, app: FastAPI, customer: str, senior: str) -> None:
    """A senior asks for an erasure; a manager starts an experiment."""
    now = utc_now()
    first, last = (now.date() + timedelta(days=days) for days in (7, 120))
    letter = {"customer": customer, "reason": "asked for by the owner's letter of this week"}
    experiment = {"terms": _EXPERIMENT.format(first=first, last=last)}
    for person, page, deed, fields in (
        (senior, "/erasures", "ask", letter),
        ("ines.moreau", "/experiments", "start", experiment),
    ):
        async with visiting(app) as desk:
            desk.cookies.set(SESSION, SignIns(wiring.ledger, now).trusted(person, "password"))
            await sent(desk, page, deed, fields)


def _wrote(wiring: Wiring, sender: Contact, text: str, subject: str) -> None:
    """A mail of a customer comes in by the mailbox."""
    mail = EmailMessage()
    mail["From"], mail["To"] = formataddr((sender.name, sender.email)), "accounts@creditor.example"
    mail["Subject"], mail["Message-ID"] = subject, make_msgid(domain="customer.example")
    mail.set_content(f"Hello,\n\n{text}\n\nKind regards\n{sender.name}\n")
    now = utc_now()
    arrived = Incoming("mail", mail["Message-ID"], bytes(mail), {"door": "imap"}, now)
    wiring.ledger.transact(lambda books: store(books.connection, arrived))
    mailroom_of(wiring).handle_next(now)
