"""Every electronic invoice of the shared library through the import, to the cent it asks for."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, parse

import pytest

from activities.planning import Planner
from commands.imports.imports import import_into
from dunning.money import Money
from intake.rows import UnreadableFile
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.payments import payment_of
from ledger.schema import upgrade
from tests.commands.test_real_statements import Rooms
from tests.intake.ledgers import SHARED

FILES = SHARED / "einvoices"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the shared e-invoices are absent")
# Where each form says what is to be paid, the most particular first.
_PAYABLE = ("PayableAmount", "DuePayableAmount", "GrandTotalAmount")
_CURRENCY = ("DocumentCurrencyCode", "InvoiceCurrencyCode")
Answers = dict[Path, dict[str, Any] | str]


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory, planner: Planner) -> Rooms:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('real') / 'books.db'}")
    upgrade(engine)
    return Rooms(Ledger(engine), planner)


@pytest.fixture(scope="module")
def imported(rooms: Rooms) -> Answers:
    """Every file's answer, or the sentence it is refused with."""
    paths = [path for path in sorted(FILES.rglob("*")) if path.suffix.lower() == ".xml"]
    return {path: _taken(rooms, path) for path in paths}


def _taken(rooms: Rooms, path: Path) -> dict[str, Any] | str:
    try:
        return import_into(rooms, "invoices", path, None, "import", NOW, dry_run=False)
    except UnreadableFile as refused:
        return str(refused)


def _said(path: Path) -> tuple[str, str, Decimal]:
    """Number, currency and signed amount of a document, read from its raw elements."""
    root = parse(path).getroot()  # noqa: S314 - a file we know
    named = [(one.tag.partition("}")[2], (one.text or "").strip()) for one in root.iter()]
    amount = next(Decimal(text) for what in _PAYABLE for name, text in named if name == what)
    currency = next(text for name, text in named if name in _CURRENCY)
    credit = root.tag.endswith("CreditNote") or _type_code(root) == "381"
    return _number(root), currency, -amount if credit else amount


def _number(root: Element) -> str:
    """The document's own number: a child of the root in UBL, of its head in CII."""
    heads = [root, *(one for one in root if one.tag.endswith("ExchangedDocument"))]
    texts = [one.text or "" for head in heads for one in head if one.tag.endswith("}ID")]
    return texts[0].strip()


def _type_code(root: Element) -> str:
    codes = [one.text for one in root.iter() if one.tag.endswith(("}InvoiceTypeCode", "}TypeCode"))]
    return codes[0] or "" if codes else ""


def test_every_document_is_taken_or_answered(imported: Answers) -> None:
    refused = [path.name for path, answer in imported.items() if isinstance(answer, str)]
    answers = [answer for answer in imported.values() if isinstance(answer, dict)]
    codes = Counter(one["code"] for answer in answers for one in answer["rejected"])

    assert (len(imported), refused) == (74, ["order-x-basic.xml", "order-x-comfort.xml"])
    assert all(answer["rows"] == 1 for answer in answers)
    # The samples reuse numbers: the same number for another customer or amount is told.
    assert codes["AMOUNT_ZERO"] + codes["DUE_BEFORE_ISSUE"] == 3
    assert set(codes) == {
        "AMOUNT_ZERO",
        "DUE_BEFORE_ISSUE",
        "CUSTOMER_CHANGED",
        "DUPLICATE_CONFLICT",
    }


def test_what_each_document_asks_for_is_what_the_import_counts(imported: Answers) -> None:
    counted = 0
    for path, answer in imported.items():
        if isinstance(answer, dict) and answer["totals"]:
            _, currency, amount = _said(path)
            assert {iso: Decimal(total) for iso, total in answer["totals"].items()} == {
                currency: amount
            }, path.name
            counted += 1

    assert counted == 69


def test_what_the_books_are_owed_is_what_the_documents_say(imported: Answers, rooms: Rooms) -> None:
    accepted = [path for path, one in imported.items() if isinstance(one, dict) and one["accepted"]]
    owed = [said for path in accepted if (said := _said(path))[2] > 0]
    credited = [said for path in accepted if (said := _said(path))[2] < 0]
    with rooms.ledger.reading() as books:
        cases = books.cases(number for number, _, _ in owed)
        noted = {number: payment_of(books.connection, number) for number, _, _ in credited}

    assert len(owed) > 30
    for number, currency, amount in owed:
        opened = cases[number]
        history = [one.amount for one in opened.movements if one.kind == "amendment"]
        first = opened.amount.minor - sum(one.minor for one in history)
        assert Money(first, opened.amount.currency) == Money.parse(amount, currency), number
    assert any(noted.values())


def test_the_same_documents_again_change_nothing(imported: Answers, rooms: Rooms) -> None:
    again = [
        answer["accepted"]
        for path, before in imported.items()
        if isinstance(before, dict) and isinstance(answer := _taken(rooms, path), dict)
    ]

    assert sum(again) == 0
