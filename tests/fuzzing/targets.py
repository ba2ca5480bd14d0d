"""What is fuzzed: each target takes any bytes and may refuse them only in the way it promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from activities.letter_templates import LetterError, LetterTemplates
from commands.experiments.terms_file import terms_of
from console.webhooks.fingerprints import of_multipart
from console.webhooks.signatures import is_sendgrid_key, sendgrid_signed, twilio_signed
from dunning.applicable_policy import parse_assignment
from dunning.cash.rules_text import parse_cash_rules
from dunning.may import NotAllowed
from dunning.own_days import parse_own_days
from dunning.own_rates_text import parse_own_rates
from dunning.policy_problems import InvalidPolicy
from dunning.policy_text import parse_policy
from dunning.write_off_rules import parse_write_offs
from intake.bank.reading import read_received
from intake.credits import read_credits
from intake.customers import read_customers
from intake.einvoices.reading import read_issued
from intake.events import read_events as read_event_rows
from intake.general_ledger import read_general_ledger
from intake.invoices import read_invoices
from intake.mail.forms import read_parsed_form
from intake.mail.reading import read_mail
from intake.mapping import load_mapping
from intake.reply_files import read_replies
from intake.rows import UnreadableFile
from intake.sendgrid_events import read_events
from intake.twilio_posts import account_trouble, read_status, read_text
from replies.amounts import amounts_in
from replies.dates import dates_in
from replies.fractions import fractions_in
from replies.reading import read_reply
from tests.fuzzing.workbook import workbook_of

Target = Callable[[bytes], object]

_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
# The public key of the private key 7, which nobody uses.
_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjlM7b6C/e0YluzBmfAH7YH75+L"
    "ioD+9bMAYocDGHsqNz6x294DMYNm0Gn4Om9ZAAU8c2M8sEGyHFXhqGwfQAtA=="
)
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


def _dates(data: bytes) -> None:
    """The grammar of days, sums and shares; the first byte chooses the language."""
    locale = _LOCALES[(data[0] if data else 0) % len(_LOCALES)]
    language, text = locale[:2] or "en", data[1:].decode("utf-8", "replace")
    dates_in(text, _AT.date(), language, locale)
    amounts_in(text, language, locale)
    fractions_in(text)


def _signed(data: bytes) -> None:
    """A signed post: three header lines, then the body."""
    timestamp, signature, kind, body = [*data.split(b"\n", 3), b"", b"", b"", b""][:4]
    stated, given = timestamp.decode("latin-1"), signature.decode("latin-1")
    is_sendgrid_key(given)
    sendgrid_signed(body, stated, given, (_KEY, given), _AT, timedelta(minutes=5))
    twilio_signed(
        f"https://duncan.example/{stated}", [(stated, given)], given, ("token",), ("key",)
    )
    of_multipart("mail", body, kind.decode("latin-1"))


def _policies(data: bytes) -> None:
    """A text as each of the files that teams write their rules in."""
    text = data.decode("utf-8", "replace")
    for parse in (
        *(parse_policy, parse_cash_rules, parse_write_offs),
        *(parse_own_days, parse_own_rates),
    ):
        with suppress(InvalidPolicy):
            parse(text, "fuzzed.toml")
    with suppress(InvalidPolicy):
        parse_assignment(text, "assignment.toml", ("standard_b2b",))
    with suppress(NotAllowed):
        terms_of(data, "experiment.toml", "ada", _AT)


def _columns(data: bytes) -> None:
    """A column map of one's own, and the file that it is for."""
    head, _, rest = data.partition(b"\x00")
    with TemporaryDirectory() as folder, suppress(UnreadableFile):
        own, file = Path(folder) / "own.toml", Path(folder) / "rows"
        own.write_bytes(head)
        file.write_bytes(rest)
        mapping = load_mapping(own)
        for _ in read_invoices(file, mapping):
            pass


def _workbook(data: bytes) -> None:
    """The sheet of a workbook, taken as each kind of file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "book.xlsx"
        file.write_bytes(workbook_of(data))
        for read in (read_invoices, read_customers, read_received):
            with suppress(UnreadableFile):
                for _ in read(file):
                    pass


def _letter(data: bytes) -> None:
    """A letter that somebody wrote: rendered in the sandbox, with values that customers chose."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "level1" / "en"
        place.mkdir(parents=True)
        values = {"customer_name": "{{ 7 * 7 }}", "total": "1.00", "items": [{"number": "I-1"}]}
        for name in ("body.txt", "body.html"):
            (place / name).write_bytes(data)
            with suppress(LetterError):
                LetterTemplates(Path(folder)).write("level1", "en", name, values)


TARGETS: Mapping[str, Target] = {
    "actions": _rows_of(read_event_rows, "actions"),
    "bank": _rows_of(read_received, "statement"),
    "columns": _columns,
    "credits": _rows_of(read_credits, "credits"),
    "customers": _rows_of(read_customers, "customers"),
    "dates": _dates,
    "einvoices": _rows_of(read_issued, "document"),
    "events": read_events,
    "form": _form,
    "invoices": _rows_of(read_invoices, "invoices"),
    "ledger": _rows_of(read_general_ledger, "ledger"),
    "letter": _letter,
    "mail": read_mail,
    "policies": _policies,
    "replies": _rows_of(read_replies, "replies"),
    "reply": _reply,
    "signed": _signed,
    "twilio": _twilio,
    "workbook": _workbook,
}
