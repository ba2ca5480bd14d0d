from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from intake.customers import read_customers
from intake.events import read_events
from intake.invoices import read_invoices
from intake.payments import read_payments
from intake.reading import Reading
from intake.rows import UnreadableFile
from tests.intake.ledgers import FIELDS, GOOD, sort_out, table
from tests.intake.test_workbooks import TYPED, workbook

READERS: list[Callable[[Path], Reading[Any]]] = [
    read_invoices,
    read_customers,
    read_payments,
    read_events,
]
HEADER = [*FIELDS, *"name country email phone date reference action until".split()]
LEDGER = [*GOOD.values(), "Ada, Ltd", "DE", "a@b.test", "030 12345", "1/2/2026", "r", "pause", ""]
INSERTS = [
    b'"',
    b"\n",
    b"\r",
    b",",
    b";",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"=",
    b"1E+9",
    b"\xed\xa0\x80",
]


def noisy(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bytes changed, added or gone."""
    damaged = bytearray(content)
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(damaged) + 1)
        match chance.randrange(4):
            case 0:
                damaged[at : at + 1] = chance.randbytes(1)
            case 1:
                damaged[at:at] = chance.choice(INSERTS)
            case 2:
                del damaged[at : at + chance.randrange(20)]
            case _:
                damaged[at:at] = damaged[max(0, at - 40) : at]
    return bytes(damaged)


def read_everything(path: Path) -> None:
    """Read the file as every kind; what comes out can be stored as JSON in UTF-8."""
    for reader in READERS:
        try:
            reading = reader(path)
        except UnreadableFile:
            continue
        accepted, refused = sort_out(reading)
        kept = [asdict(row) for row in (*accepted, *refused)]
        json.dumps([kept, reading.warnings], default=str, ensure_ascii=False).encode()
        assert reading.rows >= len(refused)


@pytest.mark.parametrize("seed", range(120))
def test_a_damaged_text_never_crashes_a_reader(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    text = table([HEADER, LEDGER, LEDGER], chance.choice(",;\t|")).encode(encoding)
    path = tmp_path / "ledger.csv"

    for _ in range(5):
        path.write_bytes(noisy(text, chance))
        read_everything(path)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_never_crashes_a_reader(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = workbook(tmp_path, TYPED)

    path.write_bytes(noisy(path.read_bytes(), chance))

    read_everything(path)


@pytest.mark.parametrize("seed", range(40))
def test_chance_bytes_never_crash_a_reader(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "ledger.csv"

    path.write_bytes(random.Random(seed).randbytes(seed * 7))

    read_everything(path)
