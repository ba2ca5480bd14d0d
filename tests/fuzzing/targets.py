"""What is fuzzed: each target takes any bytes and may refuse them only in the way it promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from activities.letter_templates import LetterError, LetterTemplates
from dunning.applicable_policy import parse_assignment
from dunning.policy_problems import InvalidPolicy
from dunning.policy_text import parse_policy
from intake.bank.reading import read_received
from intake.customers import read_customers
from intake.invoices import read_invoices
from intake.mail.forms import read_parsed_form
from intake.mail.reading import read_mail
from intake.reply_files import read_replies
from intake.rows import UnreadableFile
from intake.sendgrid_events import read_events
from intake.twilio_posts import account_trouble, read_status, read_text
from replies.reading import read_reply

Target = Callable[[bytes], object]

_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_LOCALES = ("", "en-GB", "de-DE", "fr-FR", "es-ES", "nl-NL")


def _rows_of(read: Callable[[Path], Iterable[object]], name: str) -> Target:
    """A reader of files: it may refuse the file as a whole."""

    def target(data: bytes) -> None:
        with TemporaryDirectory() as folder, suppress(UnreadableFile):
            file = Path(folder) / name
            file.write_bytes(data)
            for _ in read(file):
                pass

    return target


def _form(data: bytes) -> None:
    """A posted form; the first line names the fields, the rest is divided among them."""
    names, _, rest = data.partition(b"\n")
    fields = names.decode("latin-1").split(",")[:12]
    read_parsed_form(dict(zip(fields, rest.split(b"\x00"), strict=False)))


def _twilio(data: bytes) -> None:
    account_trouble(data)
    read_text(data)
    read_status(data, data[:80].decode("latin-1"), _AT)


def _reply(data: bytes) -> None:
    """A message; its first byte chooses channel and locale."""
    chosen = data[0] if data else 0
    read_reply(
        data[1:].decode("utf-8", "replace"),
        received_at=_AT,
        channel="sms" if chosen & 1 else "email",
        locale=_LOCALES[(chosen >> 1) % len(_LOCALES)],
        known_invoices=("INV-1001", "4711"),
    )


def _policies(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    with suppress(InvalidPolicy):
        parse_policy(text, "fuzzed.toml")
    with suppress(InvalidPolicy):
        parse_assignment(text, "assignment.toml", ("standard_b2b",))


def _letter(data: bytes) -> None:
    """A letter that somebody wrote: rendered in the sandbox, with values that customers chose."""
    with TemporaryDirectory() as folder, suppress(LetterError):
        place = Path(folder) / "level1" / "en"
        place.mkdir(parents=True)
        (place / "body.txt").write_bytes(data)
        values = {"customer_name": "{{ 7 * 7 }}", "total": "1.00", "items": [{"number": "I-1"}]}
        LetterTemplates(Path(folder)).write("level1", "en", "body.txt", values)


TARGETS: Mapping[str, Target] = {
    "bank": _rows_of(read_received, "statement"),
    "customers": _rows_of(read_customers, "customers"),
    "events": read_events,
    "form": _form,
    "invoices": _rows_of(read_invoices, "invoices"),
    "letter": _letter,
    "mail": read_mail,
    "policies": _policies,
    "replies": _rows_of(read_replies, "replies"),
    "reply": _reply,
    "twilio": _twilio,
}
