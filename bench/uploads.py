"""`python -m bench.uploads`: what a file that somebody uploads at the desk costs the books."""

from __future__ import annotations

import io
import random
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from bench.servers import NAMES, servers
from commands import printing
from console.uploads import Uploads
from settings import Settings, read_settings
from worker import utc_now, wire

_MB = 1_000_000
_HEAD = "invoice,customer,currency,amount,issue_date,due_date,reference\n"


def main() -> None:
    """Keep a table and a file that nothing makes smaller, read each again, and print the cost."""
    parser = ArgumentParser(prog="python -m bench.uploads", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=20, help="size of each file")
    asked = parser.parse_args()
    chance = random.Random(7)
    size = asked.megabytes * _MB
    files = {"CSV": _table(chance, size), "noise": chance.randbytes(size)}
    columns = ("books", "file", ">kept, s", ">of processor", ">read, s", ">of processor")
    with TemporaryDirectory(prefix="bench-") as folder, servers(NAMES) as found:
        home = read_settings().model_copy(update={"home": Path(folder), "database_url": ""})
        rows = [
            (server.name, name, *row)
            for server in found
            for name, row in _costs(server.settings(home, "bench_uploads"), files)
        ]
    printing.table(f"A file of {asked.megabytes} MB at the desk", columns, rows)


def _costs(settings: Settings, files: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    wiring = wire(settings)
    uploads = Uploads(wiring.ledger, "bench", utc_now())
    for name, content in files.items():
        yield name, _cost(uploads, content)
    wiring.ledger.engine.dispose()


def _cost(uploads: Uploads, content: bytes) -> list[str]:
    """Seconds by the clock and of this process's processor: for keeping, then for reading."""
    marks = [(perf_counter(), process_time())]
    kept = uploads.keep("bench.csv", io.BytesIO(content))
    marks.append((perf_counter(), process_time()))
    with uploads.opened(kept) as file:
        assert file.stat().st_size == len(content), "all of it comes back"
    marks.append((perf_counter(), process_time()))
    uploads.forget(kept)
    spans = [zip(one, other, strict=True) for one, other in pairwise(marks)]
    return [f"{until - since:.2f}" for span in spans for since, until in span]


def _table(chance: random.Random, size: int) -> bytes:
    text = io.StringIO()
    text.write(_HEAD)
    while text.tell() < size:
        invoice, customer = chance.randrange(10**7), chance.randrange(10**5)
        month, day = chance.randrange(1, 13), chance.randrange(1, 29)
        amount = f"{chance.randrange(10**6) / 100:.2f}"
        on = f"2026-{month:02}-{day:02}"
        text.write(f"INV-{invoice},C-{customer},EUR,{amount},{on},{on},PO-{invoice}\n")
    return text.getvalue().encode()


if __name__ == "__main__":
    main()
