from __future__ import annotations

from pathlib import Path

import pytest

from intake.bank.reading import read_received
from intake.files import Limits
from intake.rows import UnreadableFile
from tests.intake.bank.written import bai2, camt, entry, mt940, refusal

LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 8))
BOMB = f'<!DOCTYPE d [<!ENTITY e0 "aaaaaaaaaa">{LAUGHS}]><Document>&e7;</Document>'
OUTSIDE = '<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>'
ENTITY = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, ENTITY])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_refused(tmp_path: Path, text: str, encoding: str) -> None:
    said = refusal(tmp_path, text.encode(encoding))

    assert "declares a document type or entities" in said


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert "nested or repeated" in refusal(tmp_path, "<a>" * 100_000)


def test_endless_repetition_is_refused(tmp_path: Path) -> None:
    assert "nested or repeated" in refusal(tmp_path, f"<Document>{'<a/>' * 200_000}</Document>")


def test_endless_text_is_refused(tmp_path: Path) -> None:
    assert "nested or repeated" in refusal(tmp_path, f"<Document>{'x' * 200_000}</Document>")


@pytest.mark.parametrize("unit", ["<TxDtls/>", "<Stmt/>"])
def test_a_flood_of_entries_is_refused(
    tmp_path: Path, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.bank.statement.MOST_ENTRIES", 1000)

    said = refusal(tmp_path, f"<Document><BkToCstmrStmt>{unit * 2000}</BkToCstmrStmt></Document>")

    assert "ask the bank for shorter periods" in said


@pytest.mark.parametrize(
    "text",
    [
        mt940(*[":61:260302C0,NTRFNONREF"] * 2000, closing="C260302EUR0,"),
        mt940(closing="C260302EUR0,") * 2000,
        bai2(*["16,195,0,,B,C,x/"] * 2000),
    ],
)
def test_a_flood_of_lines_is_refused(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.bank.statement.MOST_ENTRIES", 1000)

    assert "ask the bank for shorter periods" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        mt940(":61:260302C5,NTRFNONREF", ":86:" + "x" * 30_000, closing="C260302EUR5,"),
        mt940(":61:260302C5,NTRFNONREF", ":86:x" + "\r\nx" * 500, closing="C260302EUR5,"),
        bai2("16,195,500,,B,C," + "x" * 30_000),
        bai2("16,195,500,,B,C,x", *["88,x"] * 2000),
    ],
)
def test_a_field_beyond_all_measure_is_refused(tmp_path: Path, text: str) -> None:
    said = refusal(tmp_path, text)

    assert "longer than a bank writes" in said or "over" in said


@pytest.mark.parametrize("amount", ["1e9", "-5", "NaN", "1,00", "5.001", "", "9" * 30, "\u0665"])
def test_what_is_no_amount_refuses_the_file(tmp_path: Path, amount: str) -> None:
    plain = camt(entry("1.00")).replace(">1.00<", f">{amount}<")

    assert "bank statement" in refusal(tmp_path, plain)


@pytest.mark.parametrize("day", ["2026-02-30", "0001-01-01", "02.03.2026", "9999-12-31"])
def test_what_is_no_date_refuses_the_file(tmp_path: Path, day: str) -> None:
    plain = camt(entry("1.00")).replace("2026-03-02</Dt>", f"{day}</Dt>")

    assert "date" in refusal(tmp_path, plain)


@pytest.mark.parametrize("tenths", range(1, 10))
def test_xml_that_breaks_off_is_refused_wherever_it_does(tmp_path: Path, tenths: int) -> None:
    whole = camt(entry("1.00"), entry("2.00"))

    assert "breaks off" in refusal(tmp_path, whole[: len(whole) * tenths // 10])


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>Login</body></html>",
        "<Document><CstmrCdtTrfInitn><Stmt/></CstmrCdtTrfInitn></Document>",
    ],
)
def test_other_xml_is_no_bank_statement(tmp_path: Path, text: str) -> None:
    assert "is no bank statement" in refusal(tmp_path, text)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.xml"
    path.write_text(camt(*[entry("1.00")] * 100))

    with pytest.raises(UnreadableFile, match="too large"):
        read_received(path, limits=Limits(text_bytes=1000))


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    text = camt(entry("1.00")).replace("UTF-8", "no-such-thing")

    assert "no whole XML file" in refusal(tmp_path, text)
