"""Erasing a customer: nothing of it is found anywhere, and the chain and the audit stay whole."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner, Result

from activities.planning import Planner
from commands.audit.audit import audit
from commands.audit.pack import write_pack
from commands.audit.verifying import verify_pack
from commands.doctor import books as doctor_books
from commands.doctor.finding import DoctorContext
from commands.erasure import commands as erasure_commands
from commands.erasure.actions import Outcome
from commands.erasure.retention import erase_old_words
from commands.imports import take_in
from commands.installation import Installation
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.erased import ErasedRow
from ledger.rebuild import differences
from ledger.tables import MessageRow, table
from tests.cast import customer, invoice
from tests.commands.auditing import wired
from tests.commands.rehearsed import AFTER_ALL
from tests.commands.test_audit import WHOLE
from tests.commands.writing_customer import actions, all_of, correspond, findings, hits

MESSAGE = table(MessageRow)
WHY = "asked for by letter of 3 June"


@pytest.fixture
def chosen(ctx: DoctorContext) -> str:
    """The customer with the most messages, which also wrote, called and was talked about."""
    with ctx.ledger.reading() as books:
        query = select(MESSAGE.c.customer).where(MESSAGE.c.state == "sent")
        by_most = query.group_by(MESSAGE.c.customer).order_by(func.count().desc(), "customer")
        found = str(books.connection.execute(by_most.limit(1)).scalar_one())
    ctx.ledger.transact(lambda books: correspond(books, found))
    return found


@pytest.fixture
def erased(ctx: DoctorContext, chosen: str) -> Outcome:
    """What came of its erasure, forced by a controller: its invoices are still open."""
    actions(ctx, "ada").ask(chosen, WHY)
    return actions(ctx, "grace").approve(chosen, "a court ordered it")


def test_no_byte_of_the_customer_is_left(ctx: DoctorContext, chosen: str) -> None:
    before = all_of(ctx, chosen)
    sought = {one.encode() for one in before.names} | {b"Quittenbaum", b"husband"}
    there = {name for name in sought if any(hits(ctx.settings.home, name))}
    actions(ctx, "ada").ask(chosen, WHY)
    done = actions(ctx, "grace").approve(chosen, "a court ordered it")

    assert len(before.names) >= 4
    # Otherwise the search finds nothing because it looks for nothing.
    assert len(there) >= len(sought) - 1
    assert done.left == []
    assert done.is_compact
    assert done.files > 0
    ctx.ledger.engine.dispose()
    assert {name: found for name in sought if (found := [*hits(ctx.settings.home, name)])} == {}


def test_the_chain_is_whole_and_the_lists_are_what_the_facts_say(
    ctx: DoctorContext, erased: Outcome
) -> None:
    chain = asyncio.run(doctor_books.facts(ctx))
    with ctx.ledger.reading() as books:
        differing = list(differences(books))

    assert chain.ok, chain.detail
    assert "data of customers 1" in chain.detail
    assert "by grace" in chain.detail
    assert differing == []
    assert erased.fact.facts >= 3


def test_an_audit_of_the_time_before_gives_the_same_answer(
    ctx: DoctorContext, planner: Planner, chosen: str
) -> None:
    before = audit(ctx.ledger, planner, WHOLE, lambda _: None)
    actions(ctx, "ada").ask(chosen, WHY)
    actions(ctx, "grace").approve(chosen, "a court ordered it")
    after = audit(ctx.ledger, planner, WHOLE, lambda _: None)

    assert after["score"] == before["score"]
    assert findings(after) == findings(before)
    assert before["score"]["on_time"] > 50


def test_what_is_left_of_an_erased_fact_is_protected_like_any_fact(
    ctx: DoctorContext, erased: Outcome
) -> None:
    stream = f"customer:{erased.fact.customer}"
    for statement in (
        "UPDATE fact SET body = '{}' WHERE stream = :stream",
        "UPDATE fact SET body = body || ' ' WHERE stream = :stream",
        "UPDATE fact SET \"by\" = 'x' WHERE stream = :stream",
        "UPDATE erased SET body = '{}' WHERE name = :stream",
        "DELETE FROM erased WHERE name = :stream",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            ctx.ledger.transact(
                lambda books, said=statement: books.connection.execute(  # type: ignore[misc]
                    text(said), {"stream": stream}
                )
            )


def test_an_erasure_that_nobody_recorded_is_found(ctx: DoctorContext, chosen: str) -> None:
    forged = {
        "what": "fact", "name": f"customer:{chosen}", "number": 1, "erasure": "erasure:x",
        "erasure_number": 1, "at": AFTER_ALL, "by": "mallory", "body": "{}",
    }  # fmt: skip

    def forge(books: Books) -> None:
        books.connection.execute(insert(table(ErasedRow)), [forged])
        body = text("UPDATE fact SET body = '{}' WHERE stream = :name AND number = 1")
        books.connection.execute(body, {"name": forged["name"]})

    ctx.ledger.transact(forge)
    chain = asyncio.run(doctor_books.facts(ctx))

    assert not chain.ok
    assert "no fact 1 recorded the erasures" in chain.detail


def test_one_person_asks_and_another_decides(ctx: DoctorContext, chosen: str) -> None:
    with pytest.raises(NotAllowed, match="Nobody asked"):
        actions(ctx, "grace").approve(chosen)
    against = actions(ctx, "ada").ask(chosen, WHY)

    assert "still open" in " ".join(against)
    with pytest.raises(NotAllowed, match="another person has to decide"):
        actions(ctx, "Ada").approve(chosen, "hurry")
    with pytest.raises(NotAllowed, match=r"still open.*A controller may force it"):
        actions(ctx, "grace").approve(chosen)
    actions(ctx, "grace").decline(chosen, "they still owe")
    with pytest.raises(NotAllowed, match="Nobody asked"):
        actions(ctx, "grace").approve(chosen, "after all")


def test_the_law_keeps_the_papers_of_a_settled_customer(ctx: DoctorContext, chosen: str) -> None:
    closed = "UPDATE dunning_case SET closed_on = '2026-06-01' WHERE customer = :customer"
    ctx.ledger.transact(lambda books: books.connection.execute(text(closed), {"customer": chosen}))
    actions(ctx, "ada").ask(chosen, WHY)

    with pytest.raises(NotAllowed, match="kept until 2036-12-31"):
        actions(ctx, "grace").approve(chosen)
    later = replace(actions(ctx, "grace"), now=datetime(2037, 1, 1, tzinfo=UTC))
    assert later.approve(chosen).fact.forced == ""


def test_an_erased_customer_is_not_written_to_and_does_not_come_back(
    ctx: DoctorContext, erased: Outcome
) -> None:
    number = erased.fact.customer
    taken: take_in.Taken[object] = take_in.Taken()
    again = take_in.customers(AFTER_ALL, "import")
    new = take_in.invoices(AFTER_ALL, "import")
    ctx.ledger.transact(lambda books: again(books, [customer(number)], taken))  # type: ignore[arg-type]
    ctx.ledger.transact(lambda books: new(books, [invoice("I-NEW", number)], taken))  # type: ignore[arg-type]
    with ctx.ledger.reading() as books:
        known = books.customer(number)

    assert [one.code for one in taken.rejected] == ["CUSTOMER_ERASED"] * 2
    assert [one.cells for one in taken.rejected] == [{}, {}]
    assert "erased on 2026-07-01 by grace" in taken.rejected[0].reason
    assert known.name == erased.fact.pseudonym
    assert known.holds


def test_a_pack_made_afterwards_verifies_and_says_what_was_erased(
    ctx: DoctorContext, planner: Planner, chosen: str, tmp_path: Path
) -> None:
    wiring = wired(ctx.settings)
    actions(ctx, "ada").ask(chosen, WHY)
    actions(ctx, "grace").approve(chosen, "a court ordered it")
    answer = audit(ctx.ledger, planner, WHOLE, lambda _: None)
    write_pack(wiring, ctx.settings, WHOLE, answer, tmp_path / "pack.zip")
    wiring.ledger.engine.dispose()
    verdict = verify_pack(tmp_path / "pack.zip")

    assert verdict.ok, verdict.problem
    assert verdict.erased > 0
    assert f"the words of {verdict.erased} of them were erased before" in verdict.sentence


@pytest.mark.usefixtures("chosen")
def test_every_night_what_is_kept_no_longer_goes(ctx: DoctorContext) -> None:
    wiring = wired(ctx.settings)
    keeping = ctx.settings.model_copy(update={"keep_messages_years": 1, "keep_replies_years": 2})
    years = [erase_old_words(wiring, keeping, AFTER_ALL.replace(year=one)) for one in (2026, 2029)]
    again = erase_old_words(wiring, keeping, AFTER_ALL.replace(year=2029))
    chain = asyncio.run(doctor_books.facts(ctx))
    without = erase_old_words(wiring, ctx.settings, AFTER_ALL.replace(year=2099))
    wiring.ledger.engine.dispose()

    assert years[0].endswith(": 0 messages, 0 replies.")
    assert years[1].endswith(" messages, 1 replies.")
    assert not years[1].endswith(": 0 messages, 1 replies.")
    assert again.endswith(": 0 messages, 0 replies.")
    assert without.startswith("No rule says")
    assert chain.ok, chain.detail
    assert list((ctx.settings.outbox_folder).glob("*")) == []


def test_the_command_line_asks_and_does(ctx: DoctorContext, chosen: str) -> None:
    asked = duncan(ctx, "erase", chosen, "--reason", WHY, "--by", "ada")
    refused = duncan(ctx, "erase", chosen, "--approve", "--by", "grace")
    done = duncan(
        ctx, "erase", chosen, "--approve", "--force", "court", "--by", "grace", "--json", "-"
    )
    listed = duncan(ctx, "erasures", "--json", "-")
    told = json.loads(done.stdout)

    assert asked.exit_code == 0
    assert isinstance(refused.exception, NotAllowed)
    assert (told["state"], told["left"]) == ("erased", [])
    assert any("Backups" in one for one in told["for_people"])
    assert [one["what"] for one in json.loads(listed.stdout)["erasures"]] == [chosen]


def duncan(ctx: DoctorContext, *arguments: str) -> Result:
    """Run a command on the installation."""
    return CliRunner().invoke(erasure_commands.app, arguments, obj=Installation(ctx.settings))
