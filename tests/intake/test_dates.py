from __future__ import annotations

from datetime import date, datetime

import pytest

from intake.dates import DateColumn, is_date_form
from intake.rows import BadCell


def read(text: str, *others: str, form: str = "") -> date | None:
    column = DateColumn("due_date", form)
    for cell in (text, *others):
        column.observe(cell)
    return column.read(text)


def refusal(text: str, *others: str, form: str = "") -> BadCell:
    with pytest.raises(BadCell) as caught:
        read(text, *others, form=form)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-01", "2026-3-1", "2026/03/01", "20260301", "20260301.0"),
        *("2026-03-01 00:00:00", "2026-03-01T23:59:59.123456789Z"),
        *("1 March 2026", "01-Mar-2026", "March 1, 2026", "Mar 1 2026"),
    ],
)
def test_a_date_that_can_mean_one_day_only_is_read(text: str) -> None:
    assert read(text) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "proof", "day"),
    [
        ("1/2/2026", "1/13/2026", date(2026, 1, 2)),
        ("1/2/2026", "13/1/2026", date(2026, 2, 1)),
        ("01.02.2026", "28.02.2026", date(2026, 2, 1)),
    ],
)
def test_another_cell_of_the_column_proves_the_order(text: str, proof: str, day: date) -> None:
    assert read(text, proof) == day


def test_an_order_nobody_proves_is_refused_with_the_way_to_declare_it() -> None:
    bad = refusal("1/2/2026", "3/4/2026", "5/5/2026")

    assert bad.code == "DATE_AMBIGUOUS"
    assert "[formats] date" in bad.reason


def test_two_orders_in_one_column_prove_nothing() -> None:
    assert refusal("1/2/2026", "13/1/2026", "1/13/2026").code == "DATE_AMBIGUOUS"


def test_an_impossible_day_proves_nothing() -> None:
    assert refusal("1/2/2026", "45/1/2026").code == "DATE_AMBIGUOUS"


def test_a_day_equal_to_its_month_needs_no_proof() -> None:
    assert read("5/5/2026") == date(2026, 5, 5)


def test_a_two_digit_year_is_ambiguous() -> None:
    assert refusal("13/02/26").code == "DATE_AMBIGUOUS"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("M/D/YYYY", "3/1/2026"),
        ("DD.MM.YYYY", "01.03.2026"),
        ("DD.MM.YYYY", "1.3.2026"),
        ("YYYYMMDD", "20260301"),
        ("DDMMYYYY", "01032026"),
        ("DD/MM/YY", "01/03/26"),
        ("DD-MMM-YYYY", "01-MAR-2026"),
        ("M/D/YYYY", "3/1/2026 08:30"),
        ("M/D/YYYY", "2026-03-01"),
    ],
)
def test_a_declared_form_is_followed(form: str, text: str) -> None:
    assert read(text, form=form) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("form", "text"),
    [("M/D/YYYY", "13/1/2026"), ("DD.MM.YYYY", "03/01/2026"), ("DDMMYYYY", "20260301")],
)
def test_a_date_of_another_form_than_declared_is_invalid(form: str, text: str) -> None:
    assert refusal(text, form=form).code == "DATE_INVALID"


@pytest.mark.parametrize(
    "text", ["2026-02-30", "31/04/2026", "46123", "soon", "0206-01-01", "2026-13-01", "20261301"]
)
def test_an_impossible_date_is_invalid(text: str) -> None:
    assert refusal(text).code == "DATE_INVALID"


def test_a_spreadsheet_date_is_read_whatever_was_declared() -> None:
    column = DateColumn("due_date", "DD.MM.YYYY")

    assert column.read(date(2026, 3, 1)) == date(2026, 3, 1)
    assert column.read(datetime.fromisoformat("2026-03-01T08:00")) == date(2026, 3, 1)


def test_a_formula_is_no_date() -> None:
    assert refusal("=TODAY()").code == "FORMULA_WITHOUT_VALUE"


def test_an_empty_cell_is_no_date() -> None:
    assert read("") is None


@pytest.mark.parametrize("form", ["DD.MM", "D/M/D", "YYYY-MM-DDx", "hello"])
def test_a_form_without_day_month_and_year_is_none(form: str) -> None:
    assert not is_date_form(form)
