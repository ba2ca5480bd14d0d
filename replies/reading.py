"""Reads what a customer's message says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from replies.amounts import amounts_in, fractions_in
from replies.clauses import Clause, clauses_of
from replies.dates import dates_in
from replies.intents import Hit, hits_in
from replies.intents_law import INTENTS, counted
from replies.invoices_named import invoices_by_clause
from replies.languages import language_of
from replies.new_text import new_text
from replies.reading_contacts import Contacts, contacts_in
from replies.reading_promise import Named, is_bare_date, promised
from replies.reading_trust import Heard, SecondReader, trusted
from replies.rules.keywords import is_stop_keyword

# From the narrowest to the widest: "the VAT rate is wrong" is about tax, not price.
REASONS = (
    "tax",
    "po_missing",
    "duplicate",
    "not_ours",
    "not_received",
    "quantity",
    "quality",
    "price",
    "other",
)
CLASSIFIER = "rules-1+ngrams-1"
# Letters; what a customer writes in one message is shorter, the rest is attached or hostile.
_MOST_READ = 6_000
_MOST_TAKEN = 100_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a message says something: `new_text[start:end]` and the rule that found it."""

    intent: str
    text: str
    start: int
    end: int
    invoices: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says.

    `intents` stand in the order of `INTENTS`. `promised_amount` is in major units without
    currency, `promised_fraction` a share of what is owed. `dispute_reason` is price, quantity,
    quality, not_received, duplicate, not_ours, tax, po_missing, other or empty. `flags` are what
    people must know besides: legal_representative, insolvency, deceased, hostile, bank_change,
    plan_request, approval_pending, acknowledgement, instruction. `confidence` runs from 0 to 1;
    `doubts` say why a person should look.
    """

    new_text: str
    language: str
    intents: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    promised_date: date | None
    promised_amount: Decimal | None
    promised_fraction: Fraction | None
    dispute_reason: str
    flags: tuple[str, ...]
    contacts: Contacts
    confidence: float
    doubts: tuple[str, ...]
    classifier: str = CLASSIFIER

    @property
    def stop_contact(self) -> bool:
        """Whether the customer demands that contact stops."""
        return "opt_out" in self.intents

    @property
    def needs_person(self) -> bool:
        """Whether a person should look before anything but a pause happens."""
        return bool(self.doubts)


def read_reply(  # noqa: PLR0913 - every option is named by whoever calls.
    text: str,
    *,
    received_at: datetime,
    channel: Literal["email", "sms"],
    locale: str = "",
    known_invoices: Collection[str] = (),
    subject: str = "",
    second_reader: SecondReader | None = None,
) -> Reading:
    """What a customer's message says; only its new text counts, and it is data, never an order.

    `received_at` is aware, in the customer's time zone: days are reckoned from its date. `locale`
    is the contact's ("de-AT"), `subject` helps to tell absence notes. A second reader, such as a
    language model, may only raise doubts.
    """
    own = new_text(text[:_MOST_TAKEN], channel)[:_MOST_READ]
    language = language_of(own, locale)
    clauses = clauses_of(own)
    hits = (*_subject_hits(subject, language), *hits_in(own, clauses, language))
    named = Named(
        dates_in(own, received_at.date(), language, locale),
        amounts_in(own, language, locale),
        fractions_in(own),
    )
    kept = _kept(own, clauses, hits, named)
    deal = promised(own, clauses, kept, named, language)
    found = trusted(Heard(own, language, hits, kept, deal), second_reader)
    return Reading(
        new_text=own,
        language=language,
        intents=found.intents,
        evidence=_evidence(own, clauses, kept, found.intents, known_invoices),
        promised_date=deal.day,
        promised_amount=deal.amount,
        promised_fraction=deal.fraction,
        dispute_reason=_dispute_reason(kept),
        flags=_flags(hits),
        contacts=contacts_in(own, found.intents, clauses, named.dates),
        confidence=found.confidence,
        doubts=found.doubts,
    )


def _subject_hits(subject: str, language: str) -> tuple[Hit, ...]:
    """Absence notes often say so in the subject only."""
    hits = hits_in(subject, clauses_of(subject), language) if subject else ()
    return tuple(hit for hit in hits if hit.label == "out_of_office")


def _kept(
    text: str, clauses: tuple[Clause, ...], hits: tuple[Hit, ...], named: Named
) -> tuple[Hit, ...]:
    whole = Clause(0, len(text), text, 0, asks=False)
    if is_stop_keyword(text):
        return (Hit("opt_out", "keyword", whole),)
    kept = counted(hits)
    if not kept and clauses and is_bare_date(text, named.dates):
        return (Hit("promise_to_pay", "bare_date", clauses[0]),)
    return kept


def _evidence(
    text: str,
    clauses: tuple[Clause, ...],
    kept: tuple[Hit, ...],
    intents: tuple[str, ...],
    known: Collection[str],
) -> tuple[Evidence, ...]:
    about = invoices_by_clause(text, clauses, known)
    shown = {(hit.intent, hit.clause): hit for hit in reversed(kept) if hit.intent in intents}
    found = [
        Evidence(
            intent, clause.text, clause.start, clause.end, about.get(clause, ()), shown[key].rule
        )
        for key in shown
        for intent, clause in [key]
    ]
    seen = {one.intent for one in found}
    found += [
        Evidence(intent, text, 0, len(text), (), "model")
        for intent in intents
        if intent not in seen
    ]
    return tuple(sorted(found, key=lambda one: (one.start, INTENTS.index(one.intent))))


def _dispute_reason(kept: tuple[Hit, ...]) -> str:
    """The reason of the first clause that names one; in one clause the narrower reason."""
    disputes = [hit for hit in kept if hit.intent == "dispute"]
    ranked = sorted(
        (hit.label.endswith(".other"), hit.clause.start, REASONS.index(hit.label.split(".")[1]))
        for hit in disputes
    )
    return REASONS[ranked[0][2]] if ranked else ""


def _flags(hits: tuple[Hit, ...]) -> tuple[str, ...]:
    flags = [hit.label.partition(".")[2] for hit in hits if hit.intent == "flag"]
    return tuple(sorted(set(flags)))
