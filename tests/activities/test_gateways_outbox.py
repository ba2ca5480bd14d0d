from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from activities.gateways.interface import Accepted, Refused, RetryLater
from activities.gateways.mime import as_mime, mail_bytes
from activities.gateways.outbox import OUTBOX, OutboxGateway
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.activities.outgoing_messages import AT, message, sent_before, text_message


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    engine = open_engine(f"sqlite:///{tmp_path / 'books.db'}")
    upgrade(engine)
    yield Ledger(engine)
    engine.dispose()


def test_a_mail_is_put_into_the_outbox_as_it_would_have_left(
    ledger: Ledger, tmp_path: Path
) -> None:
    outcome = OutboxGateway(ledger, tmp_path / "out").send(message())
    mail = email.message_from_bytes(
        (tmp_path / "out" / "a1b2c3.eml").read_bytes(), policy=email.policy.default
    )

    assert outcome == Accepted("outbox:a1b2c3")
    assert mail["To"] == "Grace Møller <grace@customer.example>"
    assert mail["Message-ID"] == "<a1b2c3@larkspur-finch.example>"


def test_a_text_message_is_put_there_as_text(ledger: Ledger, tmp_path: Path) -> None:
    sms = text_message(text="Duncan: £12 open")
    OutboxGateway(ledger, tmp_path).send(sms)

    assert (tmp_path / "a1b2c3.txt").read_text() == "Duncan: £12 open"


def test_the_books_know_what_is_in_the_outbox(ledger: Ledger, tmp_path: Path) -> None:
    OutboxGateway(ledger, tmp_path).send(message())
    with ledger.reading() as books:
        row = books.connection.execute(select(OUTBOX)).one()

    assert (row.attempt, row.address, row.file) == (
        "a1b2c3",
        "grace@customer.example",
        "a1b2c3.eml",
    )
    assert row.sent_at == AT
    assert row.body == message().text


def test_one_attempt_is_never_put_there_twice(ledger: Ledger, tmp_path: Path) -> None:
    gateway = OutboxGateway(ledger, tmp_path)
    gateway.send(message())

    with pytest.raises(IntegrityError):
        gateway.send(message())


def test_what_is_in_the_outbox_can_be_looked_up(ledger: Ledger, tmp_path: Path) -> None:
    gateway = OutboxGateway(ledger, tmp_path)
    gateway.send(message())

    assert gateway.look_up(sent_before(message())) == Accepted("outbox:a1b2c3")
    assert gateway.look_up(sent_before(message(attempt="d4e5f6"))) is None


def test_a_folder_that_takes_no_file_is_tried_again(ledger: Ledger, tmp_path: Path) -> None:
    gateway = OutboxGateway(ledger, tmp_path / "out")
    (tmp_path / "out").rmdir()
    outcome = gateway.send(message())

    assert isinstance(outcome, RetryLater)
    assert gateway.look_up(sent_before(message())) is None


def test_a_mail_names_the_conversation_it_goes_on_with() -> None:
    mail = as_mime(message(references=("<one@x.example>", "<two@x.example>")))

    assert mail["In-Reply-To"] == "<two@x.example>"
    assert mail["References"] == "<one@x.example> <two@x.example>"


def test_a_mail_that_begins_a_conversation_names_none() -> None:
    mail = as_mime(message())

    assert (mail["In-Reply-To"], mail["References"]) == (None, None)


@pytest.mark.parametrize("field", ["subject", "to_name", "from_name", "reply_to"])
def test_a_line_break_cannot_forge_a_header(field: str) -> None:
    forged = message(**{field: "x@y.example\r\nBcc: all@customer.example"})

    with pytest.raises(ValueError, match=r"(?i)newline|linefeed|carriage return|invalid|CR or LF"):
        mail_bytes(forged)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"text": "Grüße\n\n--=_a1b2c3_=\nEnd", "html": "<p>Grüße</p>"},
        {"html": f"<p>{'x' * 2000}</p>"},
        {"to_name": "Åsa, Müller & Co", "subject": "Überfällig"},
        {"references": tuple(f"<{n}@x.example>" for n in range(60))},
        {"attachments": message().attachments},
    ],
)
def test_a_mail_that_was_put_together_quickly_reads_like_any_other(changed: dict[str, Any]) -> None:
    sent = message(**{"attachments": (), **changed})
    quick = email.message_from_bytes(mail_bytes(sent), policy=email.policy.SMTP)
    slow = email.message_from_bytes(as_mime(sent).as_bytes(), policy=email.policy.SMTP)

    assert _read(quick) == _read(slow)
    assert mail_bytes(sent).count(b"\n") == mail_bytes(sent).count(b"\r\n")


def _read(mail: EmailMessage) -> list[object]:
    """What a reader sees: headers, then the type and the words of each part."""
    ends = (one for one in mail.walk() if not one.is_multipart())
    parts = [(one.get_content_type(), one.get_content()) for one in ends]
    headers = {name: str(value) for name, value in mail.items() if "ontent-" not in name}
    return [headers, mail.get_content_type(), parts]


def test_a_domain_keeps_its_own_letters_on_the_wire(ledger: Ledger, tmp_path: Path) -> None:
    OutboxGateway(ledger, tmp_path).send(message(to_address="info@straße-möller.de"))
    mail = (tmp_path / "a1b2c3.eml").read_text()

    assert "<info@xn--strae-mller-y6a61a.de>" in mail


def test_an_address_that_cannot_be_written_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    outcome = OutboxGateway(ledger, tmp_path).send(message(to_address="grüße@customer.example"))

    assert isinstance(outcome, Refused)
    assert list(tmp_path.glob("*.eml")) == []
