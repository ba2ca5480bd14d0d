from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from intake.contacts import ContactRow
from intake.customers import CustomerRow, read_customers
from intake.rows import Rejected
from tests.intake.ledgers import invoices, sort_out, table, write

FULL = {
    "customer": "C-1",
    "name": "Ada Ltd",
    "country": "gb",
    "subdivision": "SCT",
    "timezone": "Europe/London",
    "locale": "en-GB",
    "segment": "small",
    "entity": "UK",
    "policy": "gentle",
    "contact_name": "Ada",
    "contact_role": "Billing",
    "email": "Ada@Books.example",
    "phone": "0131 496 0123",
    "sms_consent": "yes",
    "closures": "2026-12-24..2027-01-02; 2026-05-01",
}


def read(folder: Path, *changes: dict[str, str]) -> tuple[list[CustomerRow], list[Rejected]]:
    rows = [list({**FULL, **change}.values()) for change in changes]
    return sort_out(read_customers(write(folder, table([list(FULL), *rows]))))


def test_a_whole_customer_is_read(tmp_path: Path) -> None:
    accepted, _ = read(tmp_path, {})

    assert accepted == [
        CustomerRow(
            row=2,
            customer="C-1",
            name="Ada Ltd",
            country="GB",
            subdivision="SCT",
            timezone="Europe/London",
            locale="en_GB",
            segment="small",
            entity="UK",
            policy="gentle",
            contacts=(ContactRow("Ada", "billing", "Ada@books.example", "+441314960123", True),),  # noqa: FBT003  # The row has its fields in order.
            closures=(
                (date(2026, 12, 24), date(2027, 1, 2)),
                (date(2026, 5, 1), date(2026, 5, 1)),
            ),
        )
    ]


def test_several_rows_of_a_customer_are_several_contacts(tmp_path: Path) -> None:
    accepted, refused = read(
        tmp_path,
        {},
        {"customer": "C-2", "name": "Bob Ltd"},
        {"email": "boss@books.example", "contact_role": "manager", "locale": "", "closures": ""},
        {},
    )

    assert not refused
    assert [row.customer for row in accepted] == ["C-2", "C-1"]
    assert [contact.role for contact in accepted[1].contacts] == ["billing", "manager"]


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("customer", "", "CUSTOMER_MISSING"),
        ("name", " ", "NAME_MISSING"),
        ("country", "Germany", "COUNTRY_UNKNOWN"),
        ("timezone", "CET+1", "TIMEZONE_UNKNOWN"),
        ("locale", "xx_YY_", "LOCALE_UNKNOWN"),
        ("email", "ada at books", "EMAIL_INVALID"),
        ("email", "a@x.example; b@x.example", "EMAIL_INVALID"),
        ("phone", "12", "PHONE_INVALID"),
        ("phone", "call me", "PHONE_INVALID"),
        ("sms_consent", "maybe", "BOOLEAN_INVALID"),
        ("closures", "Christmas", "CLOSURE_INVALID"),
        ("closures", "2026-12-24..2026-12-01", "CLOSURE_INVALID"),
    ],
)
def test_a_broken_cell_is_refused(tmp_path: Path, column: str, text: str, code: str) -> None:
    accepted, refused = read(tmp_path, {column: text})

    assert not accepted
    assert [(row.column, row.code) for row in refused] == [(column, code)]


@pytest.mark.parametrize(
    "address",
    ["a@x.test", "a@x.invalid", "a@x.example", "a@example.com", "ä@müller.example", "a@x.com"],
)
def test_addresses_reserved_for_tests_are_addresses(tmp_path: Path, address: str) -> None:
    accepted, _ = read(tmp_path, {"email": address})

    assert accepted[0].contacts[0].email == address


def test_a_number_without_a_country_needs_its_country_code(tmp_path: Path) -> None:
    _, refused = read(tmp_path, {"country": "", "phone": "0131 496 0123"})
    accepted, _ = read(tmp_path, {"country": "", "phone": "+44 131 496 0123"})

    assert refused[0].code == "PHONE_INVALID"
    assert accepted[0].contacts[0].phone == "+441314960123"


def test_a_customer_without_any_contact_is_a_customer(tmp_path: Path) -> None:
    blank = dict.fromkeys(("contact_name", "email", "phone"), "")

    accepted, _ = read(tmp_path, blank)

    assert accepted[0].contacts == ()


def test_contradicting_rows_of_a_customer_are_a_conflict(tmp_path: Path) -> None:
    accepted, refused = read(tmp_path, {}, {"timezone": "Europe/Berlin"})

    assert accepted[0].timezone == "Europe/London"
    assert [(row.row, row.column, row.code) for row in refused] == [
        (3, "timezone", "DUPLICATE_CONFLICT")
    ]


def test_a_customer_survives_the_refusal_of_one_of_its_contacts(tmp_path: Path) -> None:
    accepted, refused = read(tmp_path, {}, {"email": "nobody"})

    assert len(accepted[0].contacts) == 1
    assert [row.code for row in refused] == ["EMAIL_INVALID"]


def test_a_second_name_is_a_warning_and_the_first_is_kept(tmp_path: Path) -> None:
    reading = read_customers(
        write(tmp_path, "customer,name\nC-1,Ada Ltd\nC-1,Ada Limited\nC-1,Ada LLC\n")
    )

    accepted, _ = sort_out(reading)

    assert accepted[0].name == "Ada Ltd"
    assert reading.warnings == ["Customers with several names, the first kept: C-1."]


def test_customers_can_be_read_out_of_an_invoices_file(tmp_path: Path) -> None:
    path = invoices(
        tmp_path, {"customer_name": "Ada Ltd"}, {"invoice": "A-2", "customer_name": "Ada Ltd"}
    )

    accepted, refused = sort_out(read_customers(path))

    assert [(row.customer, row.name, row.contacts) for row in accepted] == [("C-1", "Ada Ltd", ())]
    assert not refused
