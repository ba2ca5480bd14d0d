"""Every bank file of the shared library through the import, its own figures confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, parse

import pytest

from activities.planning import Planner
from commands.imports.imports import import_into
from intake.rows import UnreadableFile
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.intake.ledgers import SHARED

FILES = SHARED / "bank_statements"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the shared bank statements are absent")
Figures = tuple[Decimal | None, Decimal, Decimal | None]
# In the samples, closing balances that their own opening and entries do not make.
EDITED = 20
_ENTRY = re.compile(r"^:61:\d{6} *(?:\d{4})? *(R?)([CD])[A-Z]? *([\d,]+)", re.MULTILINE)
_BALANCE = re.compile(r"^:6(?:0|2)[FM]:([CD])\d{6}[A-Z]{0,3} *([\d,. ]+)", re.MULTILINE)


@dataclass(frozen=True)
class Rooms:
    ledger: Ledger
    planner: Planner


@pytest.fixture(scope="module")
def imported(
    tmp_path_factory: pytest.TempPathFactory, planner: Planner
) -> dict[str, dict[str, Any] | str]:
    """Every file's answer, or the sentence it is refused with; all of them twice."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('real') / 'books.db'}")
    upgrade(engine)
    rooms = Rooms(Ledger(engine), planner)
    found = {str(path.relative_to(FILES)): _taken(rooms, path) for path in _paths()}
    again = [answer for path in _paths() if isinstance(answer := _taken(rooms, path), dict)]
    engine.dispose()
    assert sum(one["accepted"] for one in again) == 0, "the same files again bring nothing"
    return found


def _paths() -> list[Path]:
    return [path for path in sorted(FILES.rglob("*")) if path.is_file() and path.suffix]


def _taken(rooms: Rooms, path: Path) -> dict[str, Any] | str:
    try:
        return import_into(rooms, "payments", path, None, "import", NOW, dry_run=False)
    except UnreadableFile as refused:
        return str(refused)


def _answers(
    imported: dict[str, dict[str, Any] | str], form: str
) -> Iterator[tuple[Path, dict[str, Any]]]:
    for name, answer in imported.items():
        if name.startswith(form) and isinstance(answer, dict):
            yield FILES / name, answer


def _shown(one: dict[str, Any]) -> Figures:
    """Opening, credits and debits together, closing."""
    opening, closing = (
        None if one[name] is None else Decimal(one[name]) for name in ("opening", "closing")
    )
    return opening, Decimal(one["credits"]) + Decimal(one["debits"]), closing


def test_every_mt940_file_that_adds_up_is_taken_with_its_own_balances(
    imported: dict[str, dict[str, Any] | str],
) -> None:
    proven = 0
    for path, answer in _answers(imported, "mt940"):
        assert [_shown(one) for one in answer["statements"]] == list(_swift(path)), path.name
        for one in answer["statements"]:
            opening, moved, closing = _shown(one)
            if one["ties"]:
                assert opening is not None
                assert opening + moved == closing, path.name
                proven += 1

    assert proven > 15


def _swift(path: Path) -> Iterator[Figures]:
    """The figures of each statement, read from the raw text."""
    text = path.read_bytes().decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    for part in re.split(r"^(?=:20:)|^-(?:}|$)", text, flags=re.MULTILINE):
        if not re.search(r"^:\d\d[A-Z]?:", part, re.MULTILINE):
            continue
        ends = {"60": None, "62": None} | {
            found[0][1:3]: _signed(found[1], found[2]) for found in _BALANCE.finditer(part)
        }
        moved = [_signed(found[2], found[3], found[1]) for found in _ENTRY.finditer(part)]
        yield ends["60"], sum(moved, start=Decimal(0)), ends["62"]


def _signed(mark: str, amount: str, reversal: str = "") -> Decimal:
    plain = Decimal(amount.replace(" ", "").replace(",", ".").strip("."))
    return plain if (mark == "C") != bool(reversal) else -plain


def test_every_camt_file_that_adds_up_is_taken_with_its_own_balances(
    imported: dict[str, dict[str, Any] | str],
) -> None:
    taken = dict(_answers(imported, "camt"))
    for path, answer in taken.items():
        assert [_shown(one) for one in answer["statements"]] == list(_camt(path)), path.name

    assert len(taken) == 23


def _camt(path: Path) -> Iterator[Figures]:
    root = parse(path).getroot()  # noqa: S314 - a file we know
    for statement in root[0]:
        if _name(statement) not in {"Stmt", "Rpt", "Ntfctn"}:
            continue
        balances = {_code(one): _amount(one) for one in statement if _name(one) == "Bal"}
        booked = [one for one in statement if _name(one) == "Ntry" and _status(one) == "BOOK"]
        opening = balances.get("OPBD", balances.get("PRCD"))
        yield opening, sum(map(_amount, booked), start=Decimal(0)), balances.get("CLBD")


def _name(element: Element) -> str:
    return element.tag.partition("}")[2]


def _texts(element: Element, name: str) -> list[str]:
    return [(one.text or "").strip() for one in element.iter() if _name(one) == name]


def _amount(element: Element) -> Decimal:
    sign = -1 if _texts(element, "CdtDbtInd")[0] == "DBIT" else 1
    return sign * Decimal(_texts(element, "Amt")[0])


def _code(element: Element) -> str:
    return _texts(element, "Cd")[0]


def _status(element: Element) -> str:
    (status,) = [one for one in element if _name(one) == "Sts"]
    return (status.text or "").strip() or _texts(status, "Cd")[0]


def test_every_bai2_file_that_adds_up_is_taken_entry_by_entry(
    imported: dict[str, dict[str, Any] | str],
) -> None:
    taken = dict(_answers(imported, "bai2"))
    for path, answer in taken.items():
        cents = re.findall(r"(?:^|/\s*)16,\d{3},(\d+),", path.read_text("latin-1"), re.MULTILINE)
        moved = [Decimal(one["credits"]) - Decimal(one["debits"]) for one in answer["statements"]]
        assert sum(moved) * 100 == sum(map(int, cents)), path.name

    assert len(taken) == 7


def test_what_does_not_add_up_or_is_no_statement_is_refused_with_a_sentence(
    imported: dict[str, dict[str, Any] | str],
) -> None:
    refused = {name: told for name, told in imported.items() if isinstance(told, str)}
    edited = [name for name, told in refused.items() if "does not add up" in told]
    pieces = [name for name, told in refused.items() if "is a piece of" in told]

    assert len(edited) == EDITED
    assert sorted(set(refused) - {*edited, *pieces}) == [
        "camt/camt053.v2.wrong.xml",
        "mt940/mt940_tests/self-provided/invalid_statement.sta",
    ]
    for name in pieces:
        text = (FILES / name).read_text("latin-1")
        assert ":60F:" not in text or ":61:" not in text, name
    assert "record 01, is missing" in refused["bai2/moov/errors/sample-parseError.txt"]


@pytest.mark.parametrize("name", ["mt940.txt", "mt940_with_spaces_for_entry_date.txt"])
def test_the_two_files_that_stop_the_common_parser_are_taken(
    imported: dict[str, dict[str, Any] | str], name: str
) -> None:
    answer = imported[f"mt940/mt940_tests/ASNB/{name}"]

    assert isinstance(answer, dict)
    assert answer["totals"] == {"EUR": "2828.90"}
    assert {one["ties"] for one in answer["statements"]} == {"yes"}
