from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import segno
from segno.helpers import make_epc_qr

from activities.bank_account import normal_bic, normal_iban
from activities.documents.payment_code import (
    Transfer,
    can_be_scanned,
    payment_code,
    transfer_payload,
)
from dunning.money import Money
from tests.activities.documents_in_words import IBAN

_TRANSFER = Transfer(
    "Müller & Söhne GmbH", IBAN, "BYLADEM1001", Money(123_450, "EUR"), "C1001 4711"
)
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


def test_the_code_says_what_the_guideline_wants_line_by_line() -> None:
    assert transfer_payload(_TRANSFER).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "BYLADEM1001",
        "Müller & Söhne GmbH",
        "DE02120300000000202051",
        "EUR1234.50",
        "",
        "",
        "C1001 4711",
    ]


def test_the_picture_is_the_one_another_writer_of_such_codes_draws() -> None:
    other = make_epc_qr(
        "Müller & Söhne GmbH",
        IBAN,
        Decimal("1234.55"),
        text="C1001 4711",
        bic="BYLADEM1001",
        encoding=1,
    )

    ours = payment_code(replace(_TRANSFER, amount=Money(123_455, "EUR")))

    assert ours.replace(_NAMESPACE, "") == other.svg_inline(border=0)


def test_the_longest_texts_fit_the_largest_code() -> None:
    long = replace(_TRANSFER, name="ü" * 200, reference="€" * 400)
    payload = transfer_payload(long)

    name, reference = payload.split("\n")[5], payload.split("\n")[-1]
    assert len(name) == 50
    assert len(reference) <= 140
    assert len(payload.encode()) <= 331
    assert payment_code(long).startswith("<svg")
    assert len(transfer_payload(replace(long, name="n" * 99)).split("\n")[5]) == 70


@pytest.mark.parametrize("text", ["a\nb", "a\r\nEUR1.00", "a\u2028b", "a\x00b", "  a   b "])
def test_no_text_starts_a_line_of_its_own(text: str) -> None:
    payload = transfer_payload(replace(_TRANSFER, name=text, reference=text))

    assert len(payload.splitlines()) == 11


@pytest.mark.parametrize(
    ("minor", "currency", "iban", "scanned"),
    [
        (1, "EUR", IBAN, True),
        (99_999_999_999, "EUR", IBAN, True),
        (0, "EUR", IBAN, False),
        (-1, "EUR", IBAN, False),
        (100_000_000_000, "EUR", IBAN, False),
        (100, "USD", IBAN, False),
        (100, "EUR", "", False),
    ],
)
def test_a_code_is_for_euros_to_an_iban_within_the_limits(
    minor: int, currency: str, iban: str, scanned: object
) -> None:
    transfer = replace(_TRANSFER, amount=Money(minor, currency), iban=iban)

    assert can_be_scanned(transfer) is scanned


def test_amounts_have_a_point_and_two_digits() -> None:
    lines = [
        transfer_payload(replace(_TRANSFER, amount=Money(minor, "EUR"))).split("\n")[7]
        for minor in (1, 100, 99_999_999_999)
    ]

    assert lines == ["EUR0.01", "EUR1.00", "EUR999999999.99"]


def test_the_code_is_of_the_strength_and_size_the_guideline_wants() -> None:
    code = segno.make(
        transfer_payload(_TRANSFER), error="m", boost_error=False, micro=False, encoding="utf-8"
    )

    assert code.error == "M"
    assert int(code.version) <= 13
    assert payment_code(_TRANSFER).replace(_NAMESPACE, "") == code.svg_inline(border=0)


@pytest.mark.parametrize(
    ("written", "iban"),
    [
        ("DE02 1203 0000 0000 2020 51", IBAN),
        ("gb46 demo 0000 0000 0000 00", "GB46DEMO00000000000000"),
    ],
)
def test_an_iban_is_written_with_spaces_or_without(written: str, iban: str) -> None:
    assert normal_iban(written) == iban


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("DE03 1203 0000 0000 2020 51", "the check digits of the IBAN"),
        ("DE02 1203 0000 0000 2020 15", "the check digits of the IBAN"),
        ("DE02", "is no IBAN"),
        ("1202120300000000202051", "is no IBAN"),
        ("DE02 1203-0000", "is no IBAN"),
        ("DE\uff10\uff12120300000000202051", "is no IBAN"),
    ],
)
def test_an_iban_that_cannot_be_right_is_refused(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        normal_iban(written)


def test_a_bic_has_eight_or_eleven_signs() -> None:
    assert normal_bic("bylade m1 001") == "BYLADEM1001"
    with pytest.raises(ValueError, match="is no BIC"):
        normal_bic("BYLADEM10")
