"""Claims in letters: what may be claimed beside the invoices is computed, stated and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from activities.account import Covered
from activities.consolidation import Consolidated
from activities.letter_request import LetterClaim, LetterRequest
from activities.letters import Letters
from activities.planning import DUNCAN
from activities.policies import Entity
from dunning.announced_sum import SumLetter, first_day
from dunning.case import Case
from dunning.claim import Claim, open_claims
from dunning.claim_facts import ClaimFact
from dunning.claims_due import Claimable, claims_due
from dunning.claims_raised import claims_raised
from dunning.countries.nl import LETTER, NL
from dunning.folding import apply
from dunning.money import Money
from dunning.own_rates import OwnRates
from dunning.situation import Situation
from ledger.books import Books
from ledger.first_letters import asked_for, first_letter

Raised = dict[str, list[ClaimFact]]


def claimable(books: Books, situation: Situation, creditor: str, day: date) -> Claimable:
    """What may be claimed of an invoice up to a day, for a creditor in the country (ISO 3166)."""
    # Only some laws want a letter before; where none was written, none is found.
    fees = situation.policy.interest.fees
    letter = _sum_letter(books, situation.case) if fees else None
    return claims_due(situation, creditor, day, letter)


def with_claims(
    books: Books, one: Consolidated, entity: Entity, letters: Letters
) -> tuple[Consolidated, Raised]:
    """The message with the claims that its level and letter state, and the facts that raise them.

    An invoice that is only listed keeps its claims for its own letter.
    """
    raised: Raised = {}
    stated: list[tuple[str, Claim]] = []
    if letters.states_claims(one.letter.letter) and one.letter.channel == "email":
        for covered in one.covered:
            situation = covered.situation
            if not situation.policy.interest.speaks_at(one.spoken.level):
                continue
            due = claimable(books, situation, entity.country, one.local_date).claims
            facts = claims_raised(situation.case, due, DUNCAN, situation.now, one.attempt)
            raised[covered.invoice] = facts
            stated += [(covered.invoice, claim) for claim in _open_after(covered, facts)]
    rates, law = one.covered[0].situation.rates, _law(stated)
    basis = _basis(stated) if any(law == own.country for own in rates.countries) else ""
    letter = replace(one.letter, claims=_stated(stated), claims_law=law, claims_basis=basis)
    return replace(one, letter=_announcing(books, letter, rates)), raised


def _sum_letter(books: Books, case: Case) -> SumLetter | None:
    found = first_letter(books.connection, case.customer, LETTER, case.invoice)
    if found is None:
        return None
    return SumLetter(LETTER, found.sent_on, tuple(books.cases(found.invoices).values()))


def _open_after(covered: Covered, facts: Sequence[ClaimFact]) -> list[Claim]:
    case = covered.situation.case
    for fact in facts:
        case = apply(case, fact)
    return open_claims(case.claims)


def _stated(claims: Sequence[tuple[str, Claim]]) -> tuple[LetterClaim, ...]:
    return tuple(
        LetterClaim(invoice, one.open, one.raised.until, is_fee=one.raised.what == "fee")
        for invoice, one in claims
    )


def _law(claims: Sequence[tuple[str, Claim]]) -> str:
    return claims[0][1].raised.country if claims else ""


def _basis(claims: Sequence[tuple[str, Claim]]) -> str:
    """The laws as the claims name them, each once."""
    return ", ".join(dict.fromkeys(one.raised.law for _, one in claims))


def _announcing(books: Books, letter: LetterRequest, rates: OwnRates) -> LetterRequest:
    """The letter that Dutch law wants before a sum: with the exact amount it will be.

    What an earlier one asked for has its own sum already, unless nothing else is overdue.
    """
    in_euros = {one.balance.currency for one in letter.overdue} == {"EUR"}
    if letter.letter != LETTER or not in_euros:
        # Without its amount the letter cannot be written, and people are asked instead.
        return letter
    before = asked_for(books.connection, letter.customer, LETTER)
    new = [one for one in letter.overdue if one.invoice not in before]
    owed = sum((one.to_pay for one in new or letter.overdue), Money.zero("EUR"))
    arises = first_day(letter.today)
    fee = rates.in_law(NL.rule("consumer"), NL.code, "consumer", arises).fee
    assert fee is not None, "the table of the Netherlands has a scale"
    return replace(letter, announced=fee(owed))
