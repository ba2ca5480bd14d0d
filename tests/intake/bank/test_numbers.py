from __future__ import annotations

from pathlib import Path

from tests.intake.bank.written import camt, entry, mt940, payments, read, transaction

CLOSED = "C260302EUR200,00"


def numbers(folder: Path, text: str) -> list[str]:
    return [row.payment for row in payments(folder, text)]


def test_the_same_file_gives_the_same_numbers_again(tmp_path: Path) -> None:
    text = camt(entry("1.00", reference="R"), entry("2.00"), entry("2.00"))

    assert numbers(tmp_path, text) == numbers(tmp_path, text)
    assert len(set(numbers(tmp_path, text))) == 3


def test_report_statement_and_notice_give_an_entry_one_number(tmp_path: Path) -> None:
    entries = (entry("1.00", transaction(text="A"), reference="R"), entry("2.00"))
    found = [numbers(tmp_path, camt(*entries, message=kind)) for kind in ("052", "053", "054")]

    assert found[0] == found[1] == found[2]


def test_an_overlapping_export_gives_the_same_numbers(tmp_path: Path) -> None:
    one, two, three = (entry(f"{n}.00", transaction(text=f"T{n}")) for n in (1, 2, 3))

    assert numbers(tmp_path, camt(one, two))[1:] == numbers(tmp_path, camt(two, three))[:1]


def test_a_short_reference_used_twice_names_two_payments(tmp_path: Path) -> None:
    one, other = (camt(entry(amount, reference="5")) for amount in ("1.00", "2.00"))

    assert numbers(tmp_path, one) != numbers(tmp_path, other)


def test_two_entries_of_one_statement_that_look_the_same_both_count(tmp_path: Path) -> None:
    line = ":61:2603020302C100,00NTRFNONREF//B-1"

    assert len(set(numbers(tmp_path, mt940(line, line, closing=CLOSED)))) == 2


def test_an_entry_of_two_statements_in_one_file_counts_once(tmp_path: Path) -> None:
    report = camt(entry("1.00", reference="R"), message="052")
    start, end = report.index("<Rpt>"), report.index("</Rpt>") + len("</Rpt>")
    again = report[start:end].replace("</Rpt>", f"{entry('2.00', reference='Q')}</Rpt>")
    reading = read(tmp_path, report[:end] + again + report[end:])

    assert len(list(reading)) == 2
    assert (reading.rows, reading.accepted, reading.duplicates) == (3, 2, 1)
    assert reading.warnings == ["Entries listed in two statements and taken once: 1."]


def test_accounts_and_days_keep_references_apart(tmp_path: Path) -> None:
    text = camt(entry("1.00", reference="R"))
    others = (text.replace("DE89", "DE90"), text.replace("2026-03-02</Dt>", "2026-03-04</Dt>"))

    assert len({*numbers(tmp_path, text), *(numbers(tmp_path, one)[0] for one in others)}) == 3


def test_a_number_always_fits_the_books(tmp_path: Path) -> None:
    details = transaction("1.00", "A") + transaction("1.00", "B")
    found = numbers(tmp_path, camt(entry("2.00", details, reference="R" * 200)))

    assert all(len(number) <= 64 for number in found)


def test_a_stand_in_for_a_reference_is_none(tmp_path: Path) -> None:
    (number,) = numbers(tmp_path, camt(entry("1.00", reference="NOTPROVIDED")))

    assert "NOTPROVIDED" not in number
