"""A message that goes out next, as it will read, without claiming anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from activities.account import Covered, account_of, due_beside, giving_way, sharing
from activities.claims import with_claims
from activities.consolidation import Consolidated, consolidate
from activities.letter_request import OwnWords, RenderedLetter
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.planning import Planner
from dunning.at_the_door import Objection
from dunning.case import Case
from dunning.contact_facts import SentenceAdded
from dunning.customer import Customer
from dunning.facts import InvoiceFact
from dunning.folding import apply
from dunning.may import NotAllowed, may
from dunning.next_step import plan
from dunning.send_gate import first_objection
from dunning.steps import AskAssociate, SendInvoice, SendTouch, Speak
from dunning.touch_facts import SendRequested, TouchApproved
from ledger.books import Books
from ledger.sentences import latest_sentence, message_of_day


@dataclass(frozen=True)
class Looked:
    """A message as it will read. `objection` is what would stop it if it went out as planned."""

    one: Consolidated
    # The touch of the invoice that was asked about; the message may speak at another's level.
    mine: Covered
    letter: RenderedLetter | None
    problem: str
    at: datetime
    objection: Objection | None
    sentence: SentenceAdded | None
    # The words a person may write over; None where they are fixed.
    words: OwnWords | None
    waits_for_approval: bool

    @property
    def message(self) -> str:
        """Its name until it is claimed."""
        return message_of_day(self.one.local_date, self.one.spoken.channel)


def letters_in_force(planner: Planner, now: datetime) -> Letters:
    """The letters of the version in force. Raises NotAllowed where no versions are kept."""
    if planner.versions is None:
        raise NotAllowed("No versions of the letters are kept here.")
    return planner.versions.at(now).letters


def looked_at(
    books: Books,
    planner: Planner,
    letters: Letters,
    invoice: str,
    now: datetime,
    supposed: Sequence[InvoiceFact] = (),
) -> Looked:
    """The message an invoice's next step sends, as it would read at its moment.

    With `supposed` facts as if those were recorded; a letter that waits for approval as if it had
    it. Raises NotAllowed when nothing is to be sent for the invoice next.
    """
    mine, at, waits_for_approval = _next_of(books, planner, invoice, now, supposed)
    situation, step, case = mine.situation, mine.touch, mine.situation.case
    others = due_beside(books, planner, mine)
    account = giving_way(account_of(books, situation, step.channel), mine, others)
    entity = planner.policies_at(at).entity(case.entity)
    plain = consolidate(books, account, sharing(account, mine, others), entity)
    one, _ = with_claims(books, plain, entity, letters)
    letter, problem = _rendered(letters, one)
    said = latest_sentence(books, case.customer, message_of_day(one.local_date, one.spoken.channel))
    return Looked(
        one=one,
        mine=mine,
        letter=letter,
        problem=problem,
        at=at,
        objection=first_objection(account.at_the_door(situation, step)),
        sentence=said if said and said.text else None,
        words=_words(letters, one),
        waits_for_approval=waits_for_approval,
    )


def why_not_now(books: Books, planner: Planner, invoice: str, now: datetime, by: str) -> str:
    """Why a person cannot have the next message of an invoice sent now; empty where they can."""
    wish = SendRequested(at=now, by=by)
    try:
        may(books.case(invoice), wish)
        _next_of(books, planner, invoice, now, [wish])
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def told_of(looked: Looked) -> dict[str, Any]:
    """A message as an answer in JSON: when and how it goes, what it says, what speaks against it.

    `words` are what a person may write over; null where they are fixed.
    """
    one, letter = looked.one, looked.letter
    return {
        "customer": one.letter.customer,
        "at": looked.at.isoformat(),
        "channel": one.spoken.channel,
        "letter": one.spoken.letter,
        "level": one.spoken.level,
        "invoices": [item.invoice for item in one.listed],
        "subject": letter.subject if letter else "",
        "text": letter.text if letter else "",
        "problem": looked.problem,
        "objection": (
            {"code": looked.objection.code, "why": looked.objection.why}
            if looked.objection
            else None
        ),
        "waits_for_approval": looked.waits_for_approval,
        "words": asdict(looked.words) if looked.words else None,
    }


def _next_of(
    books: Books,
    planner: Planner,
    invoice: str,
    now: datetime,
    supposed: Sequence[InvoiceFact],
) -> tuple[Covered, datetime, bool]:
    """What is sent next and when, and whether it waits for approval."""
    known = reduce(apply, supposed, books.case(invoice))
    customer = books.customer(known.customer)
    case = _approved(planner, known, customer, now)
    at = max(_speaks(planner, case, customer, now).at, now)
    mine = Covered(planner.situation(case, customer, at), _speaks(planner, case, customer, at))
    if customer.contact_for(mine.touch.to, mine.touch.channel) is None:
        raise NotAllowed(f"Nobody of customer {case.customer} can be reached: a person is asked.")
    return mine, at, case is not known


def _speaks(planner: Planner, case: Case, customer: Customer, now: datetime) -> Speak:
    step = plan(planner.situation(case, customer, now)).step
    if not isinstance(step, SendTouch | SendInvoice):
        raise NotAllowed(f"Nothing is to be sent about invoice {case.invoice} next.")
    return step


def _approved(planner: Planner, case: Case, customer: Customer, now: datetime) -> Case:
    """The case as if the letter that waits for approval had it; itself where none waits."""
    step = plan(planner.situation(case, customer, now)).step
    waiting = [one.step for one in case.tasks if one.what == "approve" and not one.outcome]
    if isinstance(step, AskAssociate) and step.what == "approve":
        waiting = [step.step]
    if isinstance(step, SendTouch | SendInvoice) or not waiting:
        return case
    return apply(case, TouchApproved(at=now, by="", step=waiting[-1]))


def _rendered(letters: Letters, one: Consolidated) -> tuple[RenderedLetter | None, str]:
    try:
        return letters.render(one.letter), ""
    except LetterError as error:
        return None, str(error)


def _words(letters: Letters, one: Consolidated) -> OwnWords | None:
    try:
        return letters.words_to_edit(one.letter)
    except LetterError:
        # Whoever looks is told why it cannot be written.
        return None
