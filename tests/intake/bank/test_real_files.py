from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.bank.bai2 import read_bai2
from intake.bank.camt import read_camt
from intake.bank.mt940 import read_mt940
from intake.bank.reading import read_received
from intake.bank.statement import Statement
from intake.files import encoding_of
from intake.rows import UnreadableFile
from tests.intake.ledgers import SHARED

FILES = SHARED / "bank_statements"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the shared bank statements are absent")


def _swift(path: Path) -> list[Statement]:
    return read_mt940(path, encoding_of(path).name)


def _bai(path: Path) -> list[Statement]:
    return read_bai2(path, encoding_of(path).name)


def _parsed(folder: str, parse: Callable[[Path], list[Statement]]) -> dict[str, int]:
    """Entries of each file of a folder; -1 for a file refused as a whole."""
    found: dict[str, int] = {}
    for path in sorted((FILES / folder).rglob("*")):
        if not path.is_file() or path.name == "LICENSE":
            continue
        try:
            found[str(path.relative_to(FILES))] = sum(len(one.entries) for one in parse(path))
        except UnreadableFile:
            found[str(path.relative_to(FILES))] = -1
    return found


def test_every_mt940_file_is_parsed_to_its_entries() -> None:
    found = _parsed("mt940", _swift)
    asnb = sum(count for name, count in found.items() if "ASNB" in name)

    assert (len(found), sum(found.values()), asnb) == (54, 232, 16)
    assert {
        name: len(re.findall(rb"^:61:", (FILES / name).read_bytes(), re.MULTILINE))
        for name in found
    } == found


def test_every_camt_file_but_the_wrong_one_is_parsed_to_its_entries() -> None:
    found = _parsed("camt", read_camt)

    assert [name for name, count in found.items() if count < 0] == ["camt/camt053.v2.wrong.xml"]
    assert sum(count for count in found.values() if count > 0) == 25


def test_every_bai2_file_but_the_broken_one_is_parsed_to_its_entries() -> None:
    found = _parsed("bai2", _bai)
    entries = {
        name: len(re.findall(rb"(?:^|/\s+)16,", (FILES / name).read_bytes(), re.MULTILINE))
        for name in found
    }
    broken = "bai2/moov/errors/sample-parseError.txt"

    assert found.pop(broken) == -1
    assert entries.pop(broken) == 0
    assert found == entries


@pytest.mark.parametrize(
    ("name", "accepted", "totals"),
    [
        ("bai2/moov/sample1.txt", 5, {"CAD": "3200.00"}),
        ("bai2/pypi_bai2/svb_us_example.bai2", 2, {"USD": "13959.96"}),
        ("camt/camt053.v2.multi.statement.xml", 1, {"EUR": "8.85"}),
        ("mt940/mt940_tests/ASNB/mt940.txt", 3, {"EUR": "2828.90"}),
        ("mt940/mt940_tests/betterplace/sepa_mt9401.sta", 26, {"EUR": "2038270.44"}),
        ("mt940/mt940_tests/betterplace/with_binary_character.sta", 3, {"EUR": "14215.30"}),
        ("mt940/mt940_tests/mBank/mt942.sta", 3, {"PLN": "0.03"}),
    ],
)
def test_payments_of_real_statements_add_up(
    name: str, accepted: int, totals: dict[str, str]
) -> None:
    reading = read_received(FILES / name)
    list(reading)

    assert reading.accepted == accepted
    assert {currency: str(total.major) for currency, total in reading.totals.items()} == totals


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("camt/camt053.v2.five.decimals.xml", "make 27.00 EUR, but it closes with 27.05 EUR"),
        ("mt940/mt940_tests/jejik/knab.sta", "make -3701.02 EUR, but it closes with 798.98 EUR"),
        ("bai2/moov/sample5-issue113.txt", "a control total of -1260161341762"),
    ],
)
def test_samples_somebody_edited_do_not_add_up(name: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(said)):
        read_received(FILES / name)
