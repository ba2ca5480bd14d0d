"""Files beside the books that belong to one customer: mails of the outbox, papers of disputes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from dunning.dispute_facts import EvidenceAdded
from ledger.books import Books
from ledger.rows import chunks
from ledger.tables import FactRow, OutboxRow, table
from ledger.whose import Whose
from ledger.wire import AnyFact

FACT, OUTBOX = table(FactRow), table(OutboxRow)


def files_of(books: Books, mine: Whose, outbox: Path, evidence: Path) -> list[Path]:
    """The customer's files; what disputes of others have as well is not among them."""
    found: list[Path] = []
    for some in chunks(mine.attempts):
        query = select(OUTBOX.c.file).where(OUTBOX.c.attempt.in_(some))
        found += [outbox / Path(name).name for name in books.connection.execute(query).scalars()]
    streams = [f"invoice:{one}" for one in mine.invoices]
    kept = _digests(fact for facts in books.histories(streams).values() for fact in facts)
    return found + [evidence / one for one in kept if not _others_have(books, one, streams)]


def erase_files(files: Iterable[Path]) -> int:
    """Delete the files; how many there were."""
    count = 0
    for file in files:
        count += file.exists()
        file.unlink(missing_ok=True)
    return count


def _digests(facts: Iterable[AnyFact]) -> list[str]:
    return sorted({fact.digest for fact in facts if isinstance(fact, EvidenceAdded)})


def _others_have(books: Books, digest: str, streams: list[str]) -> bool:
    query = select(FACT.c.stream).where(
        FACT.c.kind == "evidence_added", FACT.c.body.contains(digest)
    )
    return not set(books.connection.execute(query).scalars()) <= set(streams)
