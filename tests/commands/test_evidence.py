from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from commands.cases import evidence
from commands.cases.actions import Actions
from dunning.dispute import Dispute
from dunning.may import NotAllowed
from tests.activities.workshop import afternoon, workshop
from tests.cast import day, invoice


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Actions]:
    """An associate at work, with one open invoice."""
    with workshop(tmp_path) as shop:
        shop.opens(invoice("I-1"))
        yield Actions(shop.wiring.ledger, shop.wiring.planner, "ada", afternoon(day(4)))


def dispute_of(desk: Actions) -> Dispute:
    with desk.ledger.reading() as books:
        return books.case("I-1").disputes[0]


def test_evidence_is_kept_once_under_its_digest(desk: Actions, tmp_path: Path) -> None:
    folder, content = tmp_path / "evidence", b"delivered: 7 of 9 pallets"
    digest = hashlib.sha256(content).hexdigest()
    desk.dispute("I-1", "quantity", Decimal(300))
    desk.add_evidence("I-1/1", "../../no\x00te.pdf", content, folder, "signed")
    with pytest.raises(NotAllowed, match="has this file already"):
        desk.add_evidence("I-1/1", "again.pdf", content, folder)
    kept = list(folder.iterdir())

    assert [(one.name, one.read_bytes()) for one in kept] == [(digest, content)]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
    assert dispute_of(desk).evidence == (digest,)
    assert dispute_of(desk).acknowledged_at is not None


def test_a_file_that_is_empty_or_too_big_is_not_kept(
    desk: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST_BYTES", 8)
    desk.dispute("I-1", "quantity", Decimal(300))
    big = tmp_path / "big.bin"
    big.write_bytes(b"x" * 9)

    with pytest.raises(NotAllowed, match="is empty"):
        desk.add_evidence("I-1/1", "a.pdf", b"", tmp_path / "evidence")
    with pytest.raises(NotAllowed, match="has more than"):
        evidence.read_evidence(big)
    with pytest.raises(NotAllowed, match="cannot be read"):
        evidence.read_evidence(tmp_path / "none.pdf")
    with pytest.raises(NotAllowed, match="no open dispute I-1/9"):
        desk.add_evidence("I-1/9", "a.pdf", b"a", tmp_path / "evidence")
    assert not (tmp_path / "evidence").exists()
