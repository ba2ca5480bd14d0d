"""Tests of evidence: words kept and unchanged, facts and messages and providers agreeing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from dunning.audit.account import Followed, Item, Message
from dunning.audit.life import Made
from dunning.audit.tally import Tally
from dunning.audit.touch_tests import test_of
from dunning.audit.view import View

# Further on wins; bad news about the address wins over everything.
_ORDER = ("", "processed", "deferred", "sent", "delivered")
_BAD = ("failed", "bounced", "opted_out", "complained")
_SKEW = timedelta(seconds=2)
# What a message's state may be for what the facts say of a touch.
_STATES: Mapping[str, tuple[str, ...]] = {
    "started": ("started", "queued"),
    "sent": ("sent",),
    "refused": ("refused",),
    "unknown": ("unknown",),
    "bounced": ("bounced",),
}


def check_evidence(
    view: View,
    followed: Followed,
    messages: Mapping[str, Message],
    tally: Tally,
    *,
    is_whole: bool,
) -> None:
    """A20 and A27 for every touch, A16 for every amount a message states of the invoice."""
    touches = {made.fact.attempt: made for made in view.life.touches}
    items = {item.attempt: item for item in followed.items}
    for attempt, made in touches.items():
        _check_message(view, made, messages.get(attempt), tally, is_whole=is_whole)
        _check_item(view, made, items.get(attempt), tally)
    for attempt, item in items.items():
        message = messages.get(attempt)
        if message and not message.is_answer and attempt not in touches:
            _check_listed(view, item, message, tally)


def check_messages(messages: Mapping[str, Message], customer: str, tally: Tally) -> None:
    """A26 and A27 for every message: what the provider said, in its order and its time."""
    for message in messages.values():
        tally.checked["A27"] += 1
        told = ""
        for said in message.events:
            told = _further(told, said.kind)
            tally.checked["A26"] += 1
            if said.kind in _ORDER and said.at < message.claimed_at - _SKEW:
                why = f"the provider dates {said.kind} at {said.at}, before the claim"
                _find(tally, ("A26", "CLOCK_SKEW"), ("", customer), message, why)
        if told != message.delivery:
            why = f"kept as {message.delivery or 'nothing'}, the provider says {told or 'nothing'}"
            _find(tally, ("A27", "DELIVERY"), ("", customer), message, why)
        if told in ("bounced", "failed") and message.state not in ("bounced", "refused"):
            why = f"{message.state} in the books, {told} by the provider"
            _find(tally, ("A27", "BOUNCE_IGNORED"), ("", customer), message, why)


def _check_message(
    view: View, made: Made, message: Message | None, tally: Tally, *, is_whole: bool
) -> None:
    invoice, customer, fact = view.invoice, view.customer, made.fact
    tally.check("A20", made.day)
    if message is None:
        tally.find(
            "A27", "NO_MESSAGE", invoice, customer, made.day, fact.attempt, "no message is kept"
        )
        return
    if is_whole and message.state not in _STATES.get(made.state, ()):
        why = f"{message.state} in the list of messages, {made.state} by the facts"
        _find(tally, ("A27", "STATE"), (invoice, customer), message, why)
    if (message.channel, message.contact) != (fact.channel, fact.contact):
        why = "the message went by another channel or to another contact than its fact says"
        _find(tally, ("A27", "OTHER_CONTACT"), (invoice, customer), message, why)
    if not fact.content or not message.digest:
        _find(tally, ("A20", "NO_WORDS"), (invoice, customer), message, "its words are not kept")
    elif not fact.content == message.digest == message.content_hash:
        why = "the words that are kept are not those that were handed over"
        _find(tally, ("A20", "WORDS_CHANGED"), (invoice, customer), message, why)
    contact = view.known.contact_at(fact.contact, fact.at)
    address = contact and (contact.phone if fact.channel == "sms" else contact.email)
    if contact and address != message.address:
        why = f"it went to another address than that of {fact.contact}"
        _find(tally, ("A15", "OTHER_ADDRESS"), (invoice, customer), message, why)


def _check_item(view: View, made: Made, item: Item | None, tally: Tally) -> None:
    subject, customer = made.fact.attempt, view.customer
    if item is None or not item.covered:
        why = "the message does not say that it covers the invoice"
        tally.find("A27", "NOT_COVERED", view.invoice, customer, made.day, subject, why)
    elif item.amount != made.fact.amount:
        why = f"the letter says {item.amount}, its fact {made.fact.amount}"
        tally.find("A16", "AMOUNT", view.invoice, customer, made.day, subject, why)


def _check_listed(view: View, item: Item, message: Message, tally: Tally) -> None:
    """An invoice that another one's message lists: open, and with the right amount."""
    subject, customer, invoice = message.attempt, view.customer, view.invoice
    if item.covered:
        why = "the message covers the invoice, which has no fact of it"
        tally.find("A27", "NO_FACT", invoice, customer, message.local_date, subject, why)
        return
    tally.check("A16", message.local_date)
    asked = [one.asked for one in view.life.exposures if one.at <= message.claimed_at]
    if not asked or item.amount.minor != asked[-1]:
        why = f"listed with {item.amount}; {asked[-1] if asked else 0} minor units were open"
        tally.find("A16", "LISTED_AMOUNT", invoice, customer, message.local_date, subject, why)
    for one in view.silences:
        if one.at(message.claimed_at):
            why = f"listed in a message although held: {one.code.lower().replace('_', ' ')}"
            day = message.local_date
            tally.find(test_of(one.code), one.code, invoice, customer, day, subject, why)


def _find(
    tally: Tally, kind: tuple[str, str], whose: tuple[str, str], message: Message, why: str
) -> None:
    tally.find(*kind, *whose, message.local_date, message.attempt, why)


def _further(known: str, said: str) -> str:
    if known in _BAD:
        return said if said in _BAD and _BAD.index(said) > _BAD.index(known) else known
    if said in _BAD or known not in _ORDER or said not in _ORDER:
        return said
    return max(known, said, key=_ORDER.index)
