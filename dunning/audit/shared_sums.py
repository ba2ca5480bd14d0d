"""Sums that a letter announced for all it asked for: their principal, once all of it is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from dunning.audit.account import Account, Followed, Message
from dunning.audit.claim_balance import due_of, open_before
from dunning.audit.claim_law import rule_of
from dunning.audit.claim_principal import told_principal
from dunning.audit.tally import Tally
from dunning.audit.view import View
from dunning.claim_facts import ClaimRaised
from dunning.countries.nl import LETTER
from dunning.facts import InvoiceFact


class SharedSums:
    """Keeps, of one customer, the claims on such sums and the invoices of their letters."""

    def __init__(self, messages: Mapping[str, Message]) -> None:
        self._letters = {
            name: one for name, one in messages.items() if one.letter == LETTER and one.reached
        }
        self._claims: list[tuple[str, str, ClaimRaised]] = []
        self._asked: defaultdict[str, list[list[InvoiceFact]]] = defaultdict(list)

    def add(self, view: View, followed: Followed) -> None:
        """Take an invoice in; the first letter that asked for it is the one that counts."""
        letters = [one for item in followed.items if (one := self._letters.get(item.attempt))]
        if not letters:
            return
        first = min(letters, key=lambda one: one.claimed_at)
        history = [view.life.opened, *view.life.others]
        self._asked[first.attempt].append(history)
        claims = [one for one in history if isinstance(one, ClaimRaised)]
        shared = (one for one in claims if _is_shared(one, view, history))
        late = (one for one in shared if one.at >= first.claimed_at)
        self._claims += [(first.attempt, view.invoice, one) for one in late]

    def check(self, account: Account, tally: Tally) -> None:
        """A16: the principal is what was open then of all that the letter asked for first."""
        for attempt, invoice, fact in self._claims:
            right = sum(_open_at(fact, self._asked[attempt]))
            if right != fact.principal.minor:
                day, why = account.calendar.local_date(fact.at), told_principal(fact, right)
                tally.find("A16", "PRINCIPAL", invoice, account.customer, day, fact.claim, why)


def _is_shared(fact: ClaimRaised, view: View, history: Sequence[InvoiceFact]) -> bool:
    """Whether the law of a claim lets it be raised only after the letter."""
    own = view.following.timeline.terms_at(fact.at).rates
    rule = rule_of(fact, due_of([one for one in history if one.at <= fact.at]), own)
    return fact.what == "fee" and rule is not None and rule.fee_after == LETTER


def _open_at(fact: ClaimRaised, histories: Sequence[Sequence[InvoiceFact]]) -> Iterator[int]:
    """What was open of each invoice, as it was known when the claim was raised."""
    for history in histories:
        known = [one for one in history if one.at <= fact.at]
        if known:
            yield max(0, open_before(known, fact.first))
