from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from intake.files import Limits
from intake.invoices import read_invoices
from intake.rows import UnreadableFile
from tests.intake.ledgers import FIELDS, GOOD, declared, sort_out, table, write

NAMED = table([[*FIELDS, "customer_name"], [*GOOD.values(), "Café Müller"]])


def name_in(path: Path) -> str:
    accepted, refused = sort_out(read_invoices(path))
    assert not refused, refused
    return accepted[0].customer_name


def refusal(folder: Path, text: str | bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_invoices(write(folder, text), limits=limits)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    assert name_in(write(tmp_path, NAMED.encode(encoding))) == "Café Müller"


def test_utf16_without_a_mark_is_found(tmp_path: Path) -> None:
    assert name_in(write(tmp_path, NAMED.encode("utf-16-le"))) == "Café Müller"
    marked = codecs.BOM_UTF16_BE + NAMED.encode("utf-16-be")
    assert name_in(write(tmp_path, marked)) == "Café Müller"


def test_windows_1252_is_said_to_be_read_as_such(tmp_path: Path) -> None:
    reading = read_invoices(write(tmp_path, NAMED.encode("cp1252")))

    assert "read as Windows-1252" in reading.warnings[0]


def test_a_file_of_another_script_is_said_to_look_like_it(tmp_path: Path) -> None:
    text = NAMED.replace("Café Müller", "東京商事株式会社")
    path = write(tmp_path, text.encode("cp932"))

    assert "looks like cp932" in read_invoices(path).warnings[0]
    accepted, _ = sort_out(read_invoices(path, declared(tmp_path, '[formats]\nencoding = "cp932"')))

    assert accepted[0].customer_name == "東京商事株式会社"


def test_bytes_that_are_no_text_refuse_their_row_only(tmp_path: Path) -> None:
    rows = [[*FIELDS, "customer_name"], [*GOOD.values(), "Ééé"]]
    rows += [["A-2", *list(GOOD.values())[1:], "B?d"]]
    accepted, refused = sort_out(
        read_invoices(write(tmp_path, table(rows).encode().replace(b"?", b"\xff")))
    )

    assert [row.row for row in accepted] == [2]
    assert [(bad.row, bad.column, bad.code) for bad in refused] == [
        (3, "customer_name", "BAD_ENCODING")
    ]
    assert refused[0].cells["customer_name"] == "B\ufffdd"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_and_line_end_is_found(
    tmp_path: Path, delimiter: str, end: str
) -> None:
    rows = [[*FIELDS, "customer_name"], [*GOOD.values(), "One, Two; Three"]]

    path = write(tmp_path, table(rows, delimiter).replace("\n", end))

    assert name_in(path) == "One, Two; Three"


def test_titles_blank_lines_totals_and_footers_are_no_rows(tmp_path: Path) -> None:
    good = ",".join(GOOD.values())
    text = (
        f"Open items,,,,,\nAs of 1 May,,,,,\n\n{','.join(FIELDS)}\n{good}\n,,,,,\n------\n"
        f"{','.join(FIELDS)}\nTotal,,,10.00,,\nPrinted by Ada on 1 May 2026\n"
    )

    accepted, refused = sort_out(read_invoices(write(tmp_path, text)))

    assert [row.row for row in accepted] == [5]
    assert [(bad.row, bad.code) for bad in refused] == [(9, "NOT_A_ROW"), (10, "NOT_A_ROW")]


def test_a_header_below_the_first_twenty_rows_is_not_looked_for(tmp_path: Path) -> None:
    assert "no header row" in refusal(tmp_path, "title\n" * 20 + table([FIELDS, [*GOOD.values()]]))
    accepted, _ = sort_out(
        read_invoices(write(tmp_path, "title\n" * 19 + table([FIELDS, [*GOOD.values()]])))
    )

    assert [row.row for row in accepted] == [21]


def test_cells_beyond_the_header_are_refused(tmp_path: Path) -> None:
    _, refused = sort_out(
        read_invoices(write(tmp_path, table([FIELDS, [*GOOD.values(), "", "Inc."]])))
    )

    assert [bad.code for bad in refused] == ["TOO_MANY_CELLS"]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    said = refusal(tmp_path, "invoice,customer,currency,amount\nA,B,EUR,1\n")

    assert "no column for issue_date, due_date" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"just one line of text\n", "no header row"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "neither text nor a workbook"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or protected Excel"),
        (b"\x1f\x8b\x08", "packed"),
    ],
)
def test_what_is_no_ledger_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    assert said in refusal(tmp_path, content)


def test_what_is_no_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="there is no such file"):
        read_invoices(tmp_path / "nowhere.csv")
    with pytest.raises(UnreadableFile, match="it is a folder"):
        read_invoices(tmp_path)


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    assert "too large" in refusal(tmp_path, NAMED, Limits(text_bytes=20))


def test_a_last_line_that_stops_in_the_middle_is_half_written(tmp_path: Path) -> None:
    rows = table([FIELDS, [*GOOD.values()], ["A-2", *list(GOOD.values())[1:]]])

    assert "half-written: row 3 stops after 4 of 6" in refusal(tmp_path, rows[:-25])


def test_a_last_line_without_an_end_is_read_with_a_warning(tmp_path: Path) -> None:
    reading = read_invoices(write(tmp_path, NAMED.rstrip("\n")))

    accepted, _ = sort_out(reading)

    assert len(accepted) == 1
    assert "no line end" in reading.warnings[0]


def test_a_quotation_mark_that_is_never_closed_is_half_written(tmp_path: Path) -> None:
    open_quote = f"{','.join(FIELDS)}\n" + f'"A-2,{",".join(list(GOOD.values())[1:])}\n' * 1

    assert "opened in row 2 is never closed" in refusal(tmp_path, open_quote)
    assert "never closed" in refusal(tmp_path, open_quote + "x,y\n" * 50_000)


def test_utf16_that_breaks_off_is_half_written(tmp_path: Path) -> None:
    assert "half-written" in refusal(tmp_path, NAMED.encode("utf-16")[:-1])


def test_a_header_without_rows_is_said_so(tmp_path: Path) -> None:
    reading = read_invoices(write(tmp_path, ",".join(FIELDS) + "\n"))

    assert sort_out(reading) == ([], [])
    assert reading.warnings == ["The file has a header but no rows."]
