from __future__ import annotations

import csv
import io

import pytest

from activities.letter_request import Attachment
from dunning.money import Money
from tests.activities.letter_requests import (
    EVERY_LETTER,
    EVERY_LOCALE,
    LETTERS,
    OWN_LIST,
    item,
    many,
    request,
)


@EVERY_LETTER
@EVERY_LOCALE
@pytest.mark.parametrize("count", [1, 2, 25, 300])
def test_a_letter_keeps_its_form_with_any_number_of_items(
    letter: str, locale: str, count: int
) -> None:
    due_in = -12 if letter not in OWN_LIST else 400
    written = LETTERS.render(request(letter, locale, items=many(count, due_in)))

    assert written.text.count("\n- ") >= min(count, 25)
    assert "\n\n\n" not in written.text
    assert len(written.html.encode()) < 40_000
    lists = [file for file in written.attachments if file.media_type == "text/csv"]
    assert len(lists) == (1 if count > 25 else 0)


def test_two_currencies_have_two_totals_and_no_sum() -> None:
    items = (item("A", minor=100_000), item("B", minor=50_000, currency="USD"))

    written = LETTERS.render(request(items=items))

    assert "Total: €1,000.00 and $500.00" in written.text
    assert "1,500" not in written.text


def test_what_is_partly_paid_is_asked_for_by_its_balance() -> None:
    items = (item(balance=Money(80_000, "EUR")),)

    text = LETTERS.render(request(items=items)).text

    assert "our books still show €800.00 as open" in text
    assert "€800.00 open of €1,200.00" in text


def test_what_is_in_dispute_is_named_and_not_asked_for() -> None:
    items = (item(disputed=Money(20_000, "EUR")), item("4712"))

    text = LETTERS.render(request("firm", items=items)).text

    assert "€200.00 of it is in dispute and not asked for here" in text
    assert "Please pay €2,200.00 by April 24, 2026" in text


def test_items_stand_oldest_due_date_first() -> None:
    items = (item("NEW", -3), item("OLD", -60), item("MID", -20))

    text = LETTERS.render(request(items=items)).text

    assert text.index("OLD") < text.index("MID") < text.index("NEW")


def test_items_of_several_levels_are_listed_apart() -> None:
    text = LETTERS.render(
        request("request", upcoming=(item("SOON", 5),), new=(item("NEW", 30),))
    ).text

    past, soon, new = (text.index(part) for part in ("Past the due", "Not yet due", "New invoices"))
    assert past < text.index("Invoice 4711 of") < soon < text.index("SOON") < new
    assert new < text.index("Invoice NEW of")


def test_more_than_twenty_five_items_come_as_a_file_with_all_of_them() -> None:
    bad = item("=1+1", -90, reference="@SUM(A1)")
    credit = item("CN-1", -80, minor=-5_000)
    request_of_many = request(items=(*many(298), bad, credit), upcoming=(item("SOON", 5),))

    written = LETTERS.render(request_of_many)

    file = written.attachments[0]
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert file.name == "open-items-C1001-2026-04-14.csv"
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert f"All 301 items are in the attached file {file.name}." in written.text
    assert "- and 275 more" in written.text
    assert len(rows) == 301
    assert rows[-1]["Invoice"] == "SOON"
    assert rows[-1]["Status"] == "not yet due"
    assert rows[-1]["Due"] == "2026-04-19"
    assert rows[-1]["Open"] == "1200.00"
    assert rows[-1]["Currency"] == "EUR"
    assert [row["Open"] for row in rows if row["Invoice"] == "CN-1"] == ["-50.00"]
    assert [row["Your reference"] for row in rows if row["Invoice"] == "'=1+1"] == ["'@SUM(A1)"]


def test_enclosures_go_out_unchanged_and_are_mentioned() -> None:
    invoice = Attachment("4711.pdf", "application/pdf", b"%PDF")

    written = LETTERS.render(request("invoice", enclosures=(invoice,)))

    assert written.attachments == (invoice,)
    assert "The documents are attached." in written.text
