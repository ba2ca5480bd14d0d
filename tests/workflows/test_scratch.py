from __future__ import annotations
from tests.stories import *
from tests.cast import *
from dunning import facts, touch_facts
from activities.gateways.interface import *
from datetime import date, timedelta
from dunning.money import Money
import shutil

def dump(stage):
    print()
    for s in stage.sent(): print(*s)
    for s in stage.tasks(): print(" T", *s)
    for s in stage.withheld(): print(" W", *s)
async def test_reversed(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(13))
    await stage.pays(eur("1500"))
    print(stage.facts()[-1])
    await stage.morning(day(20))
    await stage.record(facts.PaymentReversed(at=stage.now, by="import", payment="P-0315-I-1", amount=eur("1500"), on=day(20), reason="bounced"))
    await stage.evening(day(50))
    dump(stage)
async def test_undistributed(stage: Stage) -> None:
    await stage.opens(invoice(distributed=False))
    await stage.evening(day(10))
    dump(stage)
    print(stage.post.handed_over[0].text[:300], stage.post.handed_over[0].attachments)
async def test_thirty(stage: Stage) -> None:
    rows = [invoice(f"I-{n:02}", due_date=DUE+timedelta(days=n//3)) for n in range(30)]
    await stage.opens(*rows)
    await stage.evening(day(50))
    for s in stage.sent(): print(s.day, s.letter, len(s.invoices))
    for s in stage.tasks(): print(s.day, s.what, len(s.invoices))
    print(stage.withheld("I-00")); print(stage.withheld("I-29"))
async def test_currencies(stage: Stage) -> None:
    await stage.opens(invoice("I-1"), invoice("I-2", amount=Money.parse("30000", "JPY")))
    await stage.evening(day(4))
    dump(stage)
    print(stage.post.handed_over[-1].text)
async def test_no_email(stage: Stage) -> None:
    from dataclasses import replace
    c = replace(contact("Grace"), email="")
    await stage.opens(customers=[customer("C-1", c)])
    await stage.evening(day(50))
    dump(stage)
async def test_refused(stage: Stage) -> None:
    await stage.opens(customers=[customer("C-1", contact("Grace"), contact("Hugo", "manager"))])
    stage.post.answers = [Accepted("x"), Refused("SMTP_550", "no such user", address_is_dead=True)]
    await stage.evening(day(11))
    dump(stage)
    print([(m.to_address, m.attempt) for m in stage.post.handed_over])
async def test_refused_only(stage: Stage) -> None:
    await stage.opens()
    stage.post.answers = [Accepted("x"), Refused("SMTP_550", "no such user", address_is_dead=True)]
    await stage.evening(day(30))
    dump(stage)
async def test_refused_plain(stage: Stage) -> None:
    await stage.opens()
    stage.post.answers = [Accepted("x"), Refused("SMTP_554", "spam")]
    await stage.evening(day(30))
    dump(stage)
    print([(m.at, m.to_address, m.attempt) for m in stage.post.handed_over])
async def test_later(stage: Stage) -> None:
    await stage.opens()
    stage.post.answers = [Accepted("x"), RetryLater("SMTP_450", "busy", timedelta(minutes=15)), RetryLater("SMTP_450", "busy", timedelta(minutes=15))]
    await stage.evening(day(11))
    dump(stage)
    print([(str(m.at), m.attempt) for m in stage.post.handed_over])
async def test_unknown(stage: Stage) -> None:
    await stage.opens()
    stage.post.answers = [Accepted("x"), Unknown("the line broke")]
    await stage.evening(day(30))
    dump(stage)
    for f in stage.facts(): print(f.kind, end=" ")
async def test_closure(stage: Stage) -> None:
    await stage.opens(customers=[customer(closures=((day(2), day(13)),))])
    await stage.evening(day(30))
    dump(stage)
async def test_holiday(stage: Stage) -> None:
    due = date(2026, 3, 31)
    await stage.opens(invoice(due_date=due))
    await stage.evening(due+timedelta(days=30))
    dump(stage)
async def test_dispute(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda d: d.dispute("I-1", "price"))
    await stage.morning(day(30))
    await stage.do(lambda d: d.resolve("I-1/1", "upheld"))
    await stage.evening(day(60))
    dump(stage)
async def test_dispute_part(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    from decimal import Decimal
    await stage.do(lambda d: d.dispute("I-1", "price", Decimal("500")))
    await stage.evening(day(30))
    dump(stage)
    print(stage.post.handed_over[2].text[:400])
async def test_escalate(stage: Stage) -> None:
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda d: d.escalate("I-1", "ar_lead"))
    await stage.morning(day(30))
    await stage.do(lambda d: d.resume("I-1"))
    await stage.evening(day(60))
    dump(stage)
async def test_update(stage: Stage) -> None:
    await stage.opens()
    await stage.evening(day(5))
    from workflows.invoice import InvoiceCase
    h = stage.workflow()
    print(await h.query(InvoiceCase.next_step))
    f = facts.Paused(at=stage.now, by="ada", reason="system", until=day(20))
    print(await h.execute_update(InvoiceCase.record_fact, f))
    print(await h.query(InvoiceCase.next_step))
    try: print(await h.execute_update(InvoiceCase.record_fact, facts.Paused(at=stage.now, by="ada", reason="system", until=day(20), note="x")))
    except Exception as e: print(repr(e), repr(e.cause))
    try: print(await h.execute_update(InvoiceCase.record_fact, facts.DisputeResolved(at=stage.now, by="ada", dispute="x", outcome="system")))
    except Exception as e: print(repr(e), repr(e.cause), repr(e.cause.cause))
    await stage.evening(day(30))
    dump(stage)
async def test_restart(stage: Stage) -> None:
    await stage.opens(invoice("I-1"), invoice("I-2"))
    await stage.evening(day(7))
    for n in ("I-1", "I-2"): await stage.workflow(n).terminate("moved")
    from ledger.doorbells import ring
    stage.wiring.ledger.transact(lambda b: ring(b.connection, ["I-1", "I-2"], opening=False))
    await stage.answer_doorbells()
    await stage.evening(day(90))
    dump(stage)
