from __future__ import annotations

import csv
import re
from datetime import date
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from commands.sample.ledger import write_sample_ledger

Row = dict[str, str]


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    ledger = write_sample_ledger(tmp_path_factory.mktemp("sample"), date(2026, 6, 30))
    with ledger.customers_file.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_every_customer_has_a_billing_contact_and_two_have_no_email(customers: list[Row]) -> None:
    billing = [row for row in customers if row["contact_role"] == "billing"]

    assert len({row["customer"] for row in billing}) == len(billing) == 60
    assert sum(not row["email"] for row in billing) == 2


def test_no_mail_can_leave_for_a_real_address(customers: list[Row]) -> None:
    emails = [row["email"] for row in customers if row["email"]]

    assert len(set(emails)) == len(emails)
    assert all(re.fullmatch(r"[a-z]+(\.[a-z]+)?@[a-z-]+\.example", email) for email in emails)


def test_phones_are_valid_and_belong_to_nobody(customers: list[Row]) -> None:
    fiction = r"\+(1\d{3}55501\d\d|44(207946|131496)0\d{3}|3319900\d{4}|4917139200\d\d)"
    fiction += r"|\+49(3023125|4066969|6990009|8999998)\d{3}"
    with_phone = [row for row in customers if row["phone"]]

    assert {row["country"] for row in with_phone} == {"US", "GB", "DE", "FR"}
    for row in with_phone:
        number = phonenumbers.parse(row["phone"])
        assert re.fullmatch(fiction, row["phone"]), row["phone"]
        assert phonenumbers.is_valid_number_for_region(number, row["country"]), row["phone"]


def test_only_phones_that_take_texts_have_consent(customers: list[Row]) -> None:
    consenting = [row for row in customers if row["sms_consent"] == "yes"]

    assert len(consenting) >= 5
    assert all(re.match(r"\+1|\+49171", row["phone"]) for row in consenting)


def test_zones_and_locales_fit_the_country(customers: list[Row]) -> None:
    for row in customers:
        assert ZoneInfo(row["timezone"]).key == row["timezone"]
        assert row["locale"].endswith(f"_{row['country']}")


def test_closures_are_spans_of_days(customers: list[Row]) -> None:
    closures = [row["closures"] for row in customers if row["closures"]]

    assert closures
    for span in ";".join(closures).split(";"):
        first, last = (date.fromisoformat(day) for day in span.split(".."))
        assert first <= last
