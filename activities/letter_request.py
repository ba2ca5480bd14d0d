"""What is to be said, to whom and by whom, and what comes out when it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dunning.money import Money


@dataclass(frozen=True)
class LetterItem:
    """One open item; ``days_overdue`` is negative before the due date.

    ``reference`` is the customer's own, such as a purchase order number.
    """

    invoice: str
    issue_date: date
    due_date: date
    amount: Money
    balance: Money
    days_overdue: int
    reference: str = ""
    disputed: Money | None = None

    @property
    def to_pay(self) -> Money:
        """What the letter asks for: the balance without the part in dispute."""
        return self.balance - self.disputed if self.disputed else self.balance


@dataclass(frozen=True)
class Creditor:
    """Who is owed and who signs; address and bank details have lines, and stand as they are.

    ``iban`` and ``bic`` say again what the bank details say, for the payment code of a PDF.
    ``registration`` has the lines a law wants at the foot of a business letter.
    """

    name: str
    address: str
    email: str
    phone: str
    bank_details: str
    sender_name: str
    sender_title: str
    manager_name: str
    iban: str = ""
    bic: str = ""
    registration: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class LetterClaim:
    """A claim beside an invoice that a letter states; `is_fee` for a fixed sum, else interest."""

    invoice: str
    amount: Money
    until: date
    is_fee: bool = False


@dataclass(frozen=True)
class OwnWords:
    """What a person wrote for one message in place of the letter's words that it was made from.

    A paragraph ``{{ items }}`` in ``text`` stands for the block of that name; ``made_from`` is the
    SHA-256 of the words that were shown when it was written.
    """

    subject: str
    text: str
    made_from: str


@dataclass(frozen=True)
class LetterRequest:
    """All that one letter says: dates are the recipient's, ``act_by`` is the day to pay by.

    In ``promise_reminder`` that is the promised day. ``consequence`` is one finished sentence in
    the reader's language, given only where it is true and decided. ``enclosures`` go out unchanged.
    ``document_number`` is that of the attached PDF; without one it follows from customer, date and
    level. ``document_link`` leads to the PDF, for letters that link it. ``unapplied`` is money
    received and not applied, which a statement takes off its total. ``personal`` is what a person
    of the team says in this letter, one paragraph a line; ``own_words`` are instead of its words.
    """

    letter: str
    locale: str
    level: int
    channel: str
    customer: str
    customer_name: str
    contact_name: str
    creditor: Creditor
    today: date
    overdue: tuple[LetterItem, ...]
    upcoming: tuple[LetterItem, ...]
    new: tuple[LetterItem, ...]
    act_by: date | None
    previous_contacts: tuple[date, ...]
    broken_promise: date | None
    reply_to: str
    consequence: str = ""
    enclosures: tuple[Attachment, ...] = ()
    customer_address: str = ""
    document_number: str = ""
    document_link: str = ""
    unapplied: tuple[Money, ...] = ()
    # What is claimed beside the invoices by the law of `claims_law` (a table of countries), which
    # `claims_basis` names where the table is the team's own; and the sum that a letter announces
    # should nobody pay in time.
    claims: tuple[LetterClaim, ...] = ()
    claims_law: str = ""
    claims_basis: str = ""
    announced: Money | None = None
    personal: str = ""
    own_words: OwnWords | None = None


@dataclass(frozen=True)
class RenderedLetter:
    """What is handed to the provider; an SMS has text only."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
