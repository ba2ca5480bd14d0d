from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from intake.invoices import read_invoices
from tests.intake.ledgers import FIELDS

_MEGABYTE = 1_000_000


def long_ledger(folder: Path, rows: int) -> Path:
    path = folder / f"{rows}.csv"
    with path.open("w") as file:
        file.write(",".join(FIELDS) + ",customer_name\n")
        for row in range(rows):
            day = f"2026-01-{row % 28 + 1:02}"
            file.write(f"A-{row},C-{row % 900},EUR,{row + 1}.50,{day},2026-03-01,Müller & Co\n")
    return path


@pytest.mark.slow
def test_a_hundred_thousand_invoices_are_read_in_six_seconds(tmp_path: Path) -> None:
    path = long_ledger(tmp_path, 100_000)
    start = time.process_time()

    accepted = sum(1 for _ in read_invoices(path))

    assert accepted == 100_000
    assert time.process_time() - start < 6


@pytest.mark.slow
def test_reading_a_longer_file_needs_hardly_more_memory(tmp_path: Path) -> None:
    path = long_ledger(tmp_path, 20_000)
    tracemalloc.start()

    for _ in read_invoices(path):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path.stat().st_size > 1 * _MEGABYTE
    assert peak < 4 * _MEGABYTE
