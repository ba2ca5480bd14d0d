"""More violations to plant: in money, claims, terms, disputes, promises and people's wishes."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import facts, touch_facts
from dunning.facts import InvoiceFact
from dunning.money import Money
from tests.dunning.audit import planted_claims as claims
from tests.dunning.audit import planted_moves as moves
from tests.dunning.audit import planted_service as service
from tests.dunning.audit.plant_books import Plant
from tests.dunning.audit.planted_holds import before_touch, blocked, changed, held, messaged
from tests.dunning.audit.planted_messages import false_reason
from tests.dunning.audit.planted_records import appended

A_MINUTE = timedelta(minutes=1)


def _words(at: datetime, _: object) -> InvoiceFact:
    """Words that a person wrote for a letter, which she then approves herself."""
    return touch_facts.TouchReworded(
        at=at, by="Maria", step="reminder", letter="reminder", channel="email", text="Pay."
    )


def _approved_words(at: datetime, _: object) -> InvoiceFact:
    return touch_facts.TouchApproved(at=at, by="maria ", step="reminder")


MORE_PLANTS: dict[str, tuple[Plant, str, str]] = {
    "false reason: no consent": (false_reason("NO_CONSENT"), "A04", "UNFOUNDED_NO_CONSENT"),
    "false reason: refused": (false_reason("REFUSED"), "A04", "UNFOUNDED_REFUSED"),
    "false reason: no promise": (
        false_reason("NO_BROKEN_PROMISE"),
        "A04",
        "UNFOUNDED_NO_BROKEN_PROMISE",
    ),
    "levels too close": (
        moves.under(moves.levels_far_apart, moves.is_climbing),
        "A06",
        "LEVELS_TOO_CLOSE",
    ),
    "below the minimum": (moves.under(moves.any_sum, moves.is_alone), "A07", "BELOW_MINIMUM"),
    "beside an open reminder": (service.beside_a_reminder, "A07", "OPEN_REMINDER"),
    "second statement": (service.statements(held=False), "A07", "STATEMENT_TWICE"),
    "after a credit note": (before_touch(moves.credited), "A09", "PAID"),
    "after a cancellation": (before_touch(moves.cancelled), "A09", "PAID"),
    "after the hand-over": (before_touch(moves.agency), "A09", "HANDED_OVER"),
    "while money lies unused": (moves.unused_money, "A09", "CREDIT_COVERS"),
    "a complaint": (held("COMPLAINT"), "A12", "COMPLAINT"),
    "not to be automated": (held("DO_NOT_AUTOMATE"), "A12", "DO_NOT_AUTOMATE"),
    "a statement in a complaint": (service.statements(held=True), "A12", "COMPLAINT"),
    "never arrived": (moves.never_arrived, "A12", "INVOICE_NOT_DELIVERED"),
    "a cap in thirty days": (
        moves.under(moves.one_a_month, moves.was_mailed_twice),
        "A14",
        "CAP",
    ),
    "complained of spam": (blocked("COMPLAINED"), "A15", "COMPLAINED"),
    "no consent to text messages": (service.unagreed, "A15", "NO_CONSENT"),
    "credit note overlooked": (before_touch(moves.credited_in_part), "A16", "AMOUNT"),
    "deduction overlooked": (before_touch(moves.deducted), "A16", "AMOUNT"),
    "debit note overlooked": (before_touch(moves.debited), "A16", "AMOUNT"),
    "another one listed wrongly": (service.listed_wrongly, "A16", "LISTED_AMOUNT"),
    "interest of another sum": (claims.claimed("business", "business"), "A16", "CLAIM_AMOUNT"),
    "a fee too high": (
        claims.claimed("business", "business", what="fee", amount=Money(7_000, "EUR")),
        "A16",
        "CLAIM_AMOUNT",
    ),
    "a fee for another sum": (
        claims.claimed(
            "business", "business", what="fee", amount=Money(4_000, "EUR"), more=moves.CENT
        ),
        "A16",
        "PRINCIPAL",
    ),
    "a rate that nobody knows": (
        claims.claimed("business", "business", first=claims.LONG_AGO, until=claims.LONG_AGO),
        "A16",
        "NO_RATE",
    ),
    "prolonged": (service.prolonged, "A17", "PROLONGED"),
    "lifted by no person": (service.told(service.held, service.lifted), "A18", "NOBODY"),
    "resumed by no person": (
        appended(lambda at, _: facts.Resumed(at=at, by="duncan")),
        "A18",
        "NOBODY",
    ),
    "asked for and not sent": (service.not_sent, "A18", "NOT_SENT"),
    "another arm": (changed(experiment="warm", arm="sooner"), "A19", "WRONG_ARM"),
    "under another version": (moves.reigning(None, 7), "A19", "OTHER_VERSION"),
    "under no version": (moves.reigning(A_MINUTE), "A19", "NO_VERSION"),
    "promise settled wrongly": (service.wrongly_settled, "A22", "WRONG_OUTCOME"),
    "no note on a promise": (service.no_note, "A22", "NO_NOTE"),
    "dispute without owner": (service.no_owner, "A22", "NO_OWNER"),
    "owner not reminded": (service.not_reminded, "A22", "NOT_REMINDED"),
    "posted and given up": (moves.posted_and_given_up, "A25", "CASH_AND_CREDIT"),
    "own plan approved": (service.told(service.proposed, service.approved), "A25", "SAME_PERSON"),
    "own debit note approved": (moves.own_adjustment, "A25", "SAME_PERSON"),
    "own words approved": (appended(_words, _approved_words), "A25", "SAME_PERSON"),
    "sent to another contact": (messaged(contact="C/other"), "A27", "OTHER_CONTACT"),
    "covered without a fact": (service.covered_without_fact, "A27", "NO_FACT"),
    "claimed from whom nobody knows": (claims.claimed("business", ""), "A29", "DEBTOR"),
    "interest from a consumer": (
        claims.claimed("consumer", "consumer", country="GB"),
        "A29",
        "CONSUMER",
    ),
    "costs without the letter": (
        claims.claimed("consumer", "consumer", country="NL", what="fee"),
        "A29",
        "NO_LETTER",
    ),
}

_REMINDED = {("A04", "UNFOUNDED_OPEN_REMINDER")}
_SUMS = {
    ("A16", "AMOUNT"),
    ("A16", "LISTED_AMOUNT"),
    ("A04", "UNFOUNDED_OPEN_REMINDER"),
    ("A07", "BELOW_MINIMUM"),
}
MORE_COMPANIONS: dict[str, set[tuple[str, str]]] = {
    **{kind: _REMINDED for kind in MORE_PLANTS if kind.startswith("false")},
    **{kind: _SUMS for kind in MORE_PLANTS if kind.startswith("after ")},
    "never arrived": {("A04", "UNFOUNDED_NO_CONTACT")},
    "costs without the letter": {("A16", "CLAIM_AMOUNT")},
    "interest from a consumer": {("A16", "CLAIM_AMOUNT")},
    "claimed from whom nobody knows": {("A16", "CLAIM_AMOUNT")},
    "no note on a promise": {("A04", "MISSED")},
    "dispute without owner": {("A22", "NOT_REMINDED")},
}
