"""What letters must not say, by the customer's country: dated rules with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dunning.audit.account import Account, Message
from dunning.audit.tally import Tally
from dunning.audit.terms import recorded_at
from dunning.customer_facts import CustomerRecorded

CONSUMER = "consumer"


@dataclass(frozen=True)
class ContentRule:
    """Words that letters to consumers of a country must not hold since a day."""

    country: str
    since: date
    words: tuple[str, ...]
    source: str


RULES = (
    ContentRule(
        "FR",
        date(1991, 7, 9),
        ("frais de recouvrement", "indemnité forfaitaire"),
        "CPCE L111-8: the costs of amicable recovery may not be charged to consumers",
    ),
    ContentRule(
        "DE",
        date(2014, 7, 29),
        ("verzugspauschale", "40 € pauschale"),
        "BGB § 288 (5): no fixed sum from consumers",
    ),
    ContentRule(
        "GB",
        date(1998, 11, 1),
        ("late payment of commercial debts",),
        "Late Payment of Commercial Debts (Interest) Act 1998: business debts only",
    ),
    ContentRule(
        "NL",
        date(2016, 11, 25),
        ("binnen 14 dagen na vandaag", "binnen 14 dagen na dagtekening"),
        "HR 25-11-2016, ECLI:NL:HR:2016:2704: the 14 days begin on the day after receipt",
    ),
)


def check_words(messages: Mapping[str, Message], account: Account, tally: Tally) -> None:
    """A29 for every message to a customer whose country there are rules for."""
    for one in messages.values():
        rules = _rules_for(recorded_at(account.history, one.claimed_at), one.local_date)
        tally.checked["A29"] += bool(rules)
        for words, source in _forbidden(one, rules):
            why = f"it says “{words}”: {source}"
            day = one.local_date
            tally.find("A29", "FORBIDDEN_WORDS", "", account.customer, day, one.attempt, why)


def _rules_for(recorded: CustomerRecorded | None, day: date) -> list[ContentRule]:
    """The rules about letters to this customer on the day."""
    if recorded is None or recorded.segment != CONSUMER:
        return []
    return [one for one in RULES if one.country == recorded.country and one.since <= day]


def _forbidden(message: Message, rules: list[ContentRule]) -> Iterator[tuple[str, str]]:
    """What the message says that it must not, with the rule's source."""
    text = message.text.casefold()
    for rule in rules:
        for words in rule.words:
            if words in text:
                yield words, rule.source
