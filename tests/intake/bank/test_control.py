from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.bank.written import balance, camt, entry, mt940, payments, read, refusal

CREDIT = ":61:2603020302C100,00NTRFNONREF//B-1"


def test_entries_that_lead_from_balance_to_balance_are_taken(tmp_path: Path) -> None:
    balances = balance("OPBD", "-10.00") + balance("CLBD", "85.00")
    text = camt(entry("100.00"), entry("-5.00"), balances=balances)
    reading = read(tmp_path, text)

    assert len(list(reading)) == 1
    assert reading.warnings == ["Entries that are no payments: paid out: 1."]
    (figures,) = reading.statements
    assert [figures[name] for name in ("opening", "credits", "debits", "closing", "ties")] == [
        "-10.00",
        "100.00",
        "-5.00",
        "85.00",
        "yes",
    ]


def test_a_statement_that_does_not_add_up_is_refused_with_its_figures(tmp_path: Path) -> None:
    balances = balance("OPBD", "0.00") + balance("CLBD", "100.01")

    said = refusal(tmp_path, camt(entry("100.00"), balances=balances))

    assert "0.00 EUR at the start and entries of 100.00 EUR make 100.00 EUR" in said
    assert "it closes with 100.01 EUR" in said
    assert said.count(".txt") == 1


def test_pending_entries_are_no_part_of_the_booked_balance(tmp_path: Path) -> None:
    balances = balance("OPBD", "0.00") + balance("CLBD", "100.00")
    text = camt(entry("100.00"), entry("7.00", status="PDNG"), balances=balances)

    assert len(payments(tmp_path, text)) == 1


def test_a_balance_in_another_currency_proves_nothing(tmp_path: Path) -> None:
    balances = balance("OPBD", "0.00") + balance("CLBD", "5.00", "SEK")
    reading = read(tmp_path, camt(entry("100.00"), balances=balances))

    assert len(list(reading)) == 1
    assert reading.warnings[0].startswith("No opening and closing balance")


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        (
            "<TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>",
            "it states 3 entries, but 2 are listed",
        ),
        (
            "<TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>99.00</Sum></TtlCdtNtries>",
            "it states credits of 99.00 EUR, but 100.00 EUR are listed",
        ),
        (
            "<TtlDbtNtries><NbOfNtries>2</NbOfNtries></TtlDbtNtries>",
            "it states 2 debits, but 1 are listed",
        ),
    ],
)
def test_stated_sums_and_counts_are_held_against_the_entries(
    tmp_path: Path, summary: str, said: str
) -> None:
    balances = f"<TxsSummry>{summary}</TxsSummry>"

    refused = refusal(tmp_path, camt(entry("100.00"), entry("-5.00"), balances=balances))

    assert said in refused


def test_right_sums_and_counts_are_taken_pending_entries_or_not(tmp_path: Path) -> None:
    summary = "<TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>107.00</Sum></TtlCdtNtries>"
    text = camt(
        entry("100.00"),
        entry("7.00", status="PDNG"),
        balances=f"<TxsSummry>{summary}</TxsSummry>",
    )

    assert len(payments(tmp_path, text)) == 1


def test_a_page_of_several_need_not_add_up_alone(tmp_path: Path) -> None:
    page = "<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"
    balances = page + balance("OPBD", "0.00") + balance("CLBD", "500.00")

    assert len(payments(tmp_path, camt(entry("100.00"), balances=balances))) == 1


def test_a_single_page_must_add_up(tmp_path: Path) -> None:
    page = "<StmtPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></StmtPgntn>"
    balances = page + balance("OPBD", "0.00") + balance("CLBD", "500.00")

    assert "does not add up" in refusal(tmp_path, camt(entry("100.00"), balances=balances))


def test_interim_sums_of_mt942_are_held_against_the_entries(tmp_path: Path) -> None:
    head = ":20:X\n:25:1\n:28C:1/1\n:34F:EURC0,\n:13D:2603021815+0100\n"

    assert len(payments(tmp_path, f"{head}{CREDIT}\n:90C:1EUR100,00\n-\n")) == 1
    assert "states credits of 9.00 EUR" in refusal(tmp_path, f"{head}{CREDIT}\n:90C:1EUR9,00\n-\n")


def test_mt940_without_its_closing_balance_breaks_off(tmp_path: Path) -> None:
    whole = mt940(CREDIT, ":86:INV-7", closing="C260302EUR100,00")
    cut = whole[: whole.index(":62F:")]

    assert "its closing balance is missing" in refusal(tmp_path, cut)


def test_pages_of_mt940_are_proven_one_by_one(tmp_path: Path) -> None:
    first = mt940(CREDIT, closing="C260302EUR100,00").replace(":62F:", ":62M:")
    second = mt940(CREDIT, opening="C260302EUR100,00", closing="C260302EUR200,00")
    rows = payments(tmp_path, first + second.replace(":60F:", ":60M:"))

    assert len({row.payment for row in rows}) == 2


def test_one_bad_statement_keeps_the_whole_file_out(tmp_path: Path) -> None:
    good = mt940(CREDIT, closing="C260302EUR100,00")
    bad = mt940(CREDIT, opening="C260302EUR100,00", closing="C260302EUR1,00")

    assert "does not add up" in refusal(tmp_path, good + bad)


def test_a_gap_between_two_statements_of_an_account_is_told(tmp_path: Path) -> None:
    first = mt940(CREDIT, closing="C260302EUR100,00")
    later = mt940(opening="C260305EUR900,00", closing="C260305EUR900,00")
    reading = read(tmp_path, first + later.replace(":28C:9/1", ":28C:11/1"))

    assert len(list(reading)) == 1
    assert "goes from 100.00 EUR to 900.00 EUR: is a statement missing?" in reading.warnings[0]


def test_statements_that_follow_each_other_are_no_gap(tmp_path: Path) -> None:
    first = mt940(CREDIT, closing="C260302EUR100,00")
    later = mt940(opening="C260302EUR100,00", closing="C260302EUR100,00")
    reading = read(tmp_path, first + later.replace(":28C:9/1", ":28C:10/1"))

    assert len(list(reading)) == 1
    assert reading.warnings == []
