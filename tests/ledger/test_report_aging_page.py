"""A page of an aging is what the whole aging has at that place, whatever happened before."""

from __future__ import annotations

from datetime import date, timedelta

from dunning import facts
from dunning.money import Money
from dunning.payment import PaymentReceived
from dunning.reports.aging import AgedSum, AgingRow, aging_rows, aging_totals
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.report_aging import aged_rows
from ledger.report_aging_page import LargestRows, Owed, PageAsked, Place, largest_rows
from ledger.report_cash import free_cash, unapplied_sums
from ledger.report_reading import EVERYTHING
from tests.ledger.entries import AT, opened
from tests.ledger.test_report_parts import FIRST, LAST, lived

ALL = 1_000


def test_pages_are_the_whole_aging_in_its_order(ledger: Ledger) -> None:
    ledger.transact(filled)

    for age in range(0, (LAST - FIRST).days, 13):
        day = FIRST + timedelta(days=age)
        rows = whole(ledger, day)
        for currency in ("EUR", "USD"):
            mine = [row for row in rows if row.currency == currency]
            found = paged(ledger, day, currency, 3)
            assert found == sorted(mine, key=lambda row: (-row.total, row.key)), (day, currency)


def test_a_page_has_the_totals_of_everything(ledger: Ledger) -> None:
    ledger.transact(filled)

    page = asked(ledger, LAST, PageAsked("USD", None, 1))

    assert page.totals == aging_totals(whole(ledger, LAST))
    assert [one.currency for one in page.totals] == ["EUR", "USD"]
    assert [row.currency for row in page.rows] == ["USD"]


def test_without_its_currency_a_page_is_of_the_first_there_is(ledger: Ledger) -> None:
    ledger.transact(filled)

    for currency in ("", "JPY"):
        page = asked(ledger, LAST, PageAsked(currency, None, ALL))
        assert {row.currency for row in page.rows} == {"EUR"}


def test_behind_the_last_customer_nothing_follows(ledger: Ledger) -> None:
    ledger.transact(filled)
    last = asked(ledger, LAST, PageAsked("EUR", None, ALL)).rows[-1]

    behind = asked(ledger, LAST, PageAsked("EUR", Place(last.total, last.key), ALL))

    assert behind.rows == []
    assert behind.totals == aging_totals(whole(ledger, LAST))


def test_books_without_anything_have_an_empty_page(ledger: Ledger) -> None:
    assert asked(ledger, LAST, PageAsked("", None, ALL)) == ([], [])


def filled(books: Books) -> None:
    """Histories in euros, a few dollars, and money that settled nothing, of known and unknown."""
    lived(books)
    for number in range(4):
        dollars = Money(5_000 + number % 2, "USD")
        books.open_case(opened(f"D-{number}", f"C-{number}", dollars))
    for number, payer in enumerate(("C-1", "C-3", "C-99", "")):
        received = PaymentReceived(
            at=AT,
            by="import",
            payment=f"F-{number}",
            amount=Money(700 * (number + 1), "EUR"),
            on=AT.date() + timedelta(days=20 * number),
            reference="",
            payer=payer,
        )
        books.record_payment(received, 0)
    late = facts.PaymentApplied(
        at=AT, by="import", payment="F-0", amount=Money(100, "EUR"), on=AT.date()
    )
    books.record(books.open_case(opened("I-late", "C-1")).invoice, late)


def whole(ledger: Ledger, day: date) -> list[AgingRow]:
    with ledger.reading() as books:
        return aging_rows(cash(books, day), aged_rows(books.connection, day, "due", "customer"))


def cash(books: Books, day: date) -> list[AgedSum]:
    return list(unapplied_sums(free_cash(books.connection, day), "customer"))


def asked(ledger: Ledger, day: date, page: PageAsked) -> LargestRows:
    with ledger.reading() as books:
        return largest_rows(books.connection, Owed(day, "due", [EVERYTHING]), page)


def paged(ledger: Ledger, day: date, currency: str, most: int) -> list[AgingRow]:
    """All rows of the currency, page by page."""
    found: list[AgingRow] = []
    place: Place | None = None
    while rows := asked(ledger, day, PageAsked(currency, place, most)).rows:
        # A currency that has nothing on the day shows the first that has.
        found += [row for row in rows if row.currency == currency]
        place = Place(rows[-1].total, rows[-1].key)
        if len(rows) < most:
            break
    return found
