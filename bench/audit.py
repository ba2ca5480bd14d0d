"""`python -m bench.audit`: how long an audit takes, and how much memory, in copies of a ledger.

The sample ledger is rehearsed once; its books are then copied into one file as often as asked.
The audit runs in a process that did none of this. `--keep` keeps the books for another run:
audited again, the same books give the same digest.
"""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path

from bench.copies import AFTER_ALL, LAST
from bench.measuring import Used, apart, large_books
from commands.audit.audit import Scope, found_in
from commands.audit.shares import audit_with, shares_for
from engine import keep_engine_quiet
from ledger.audit_pack import count_invoices
from settings import Settings
from worker import wire


def measure(settings: Settings) -> None:
    """Audit a year of the books and print the figures."""
    keep_engine_quiet()
    wiring, scope = wire(settings), Scope(LAST - timedelta(days=365), LAST, AFTER_ALL)
    with wiring.ledger.reading() as books:
        invoices = count_invoices(books)
    shares, used = shares_for(invoices), Used()
    answer = audit_with(wiring, settings, scope, lambda _: None, shares)
    told = used.told(invoices, shares)
    population, size = answer["population"], (settings.home / "books.db").stat().st_size
    touches = population["touches"] / max(1, population["invoices"])
    print(f"{population}, {touches:.1f} touches an invoice")
    canonical = json.dumps(answer, sort_keys=True, ensure_ascii=False).encode()
    digest = hashlib.sha256(canonical).hexdigest()
    print(f"{found_in(answer)} findings in {size / 2**20:,.0f} MB of books; SHA-256 {digest}")
    print(told)


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--invoices", type=int, default=33_000, help="invoices, about")
    parser.add_argument("--days", type=int, default=60, help="days of the sample ledger")
    parser.add_argument("--touches", type=int, default=0, help="so many an invoice: nobody pays")
    parser.add_argument("--keep", type=Path, help="folder to keep the books in, and to use them")
    parser.add_argument("--build", action="store_true", help="only make the books")
    asked = parser.parse_args()
    with large_books(
        asked.keep, asked.invoices, asked.days, only_open=False, touches=asked.touches
    ) as large:
        if not asked.build:
            apart(measure, large)
