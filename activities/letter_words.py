"""The finished strings a letter template may use: templates print them and compute nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from activities.absent import Absent
from activities.claim_words import claim_words
from activities.sms_segments import is_gsm7, plain_sms
from dunning.money import totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from activities.letter_request import Creditor, LetterItem, LetterRequest
    from activities.wording import Wording
    from dunning.money import Money

ROWS_INLINE = 25
# The attached list of all items, the attached PDFs, and where a PDF is that is not attached.
ALONG = ("items_file", "document", "document_link")
# More dates than these say nothing new.
LATEST_CONTACTS = 6
# Before the second level a letter does not count days at the reader.
_LEVEL_THAT_COUNTS_DAYS = 2


@dataclass(frozen=True, slots=True)
class ItemWords:
    """One open item; ``due`` is for a sentence, ``due_short`` for a table."""

    invoice: str
    reference: str
    issued_short: str
    due: str
    due_short: str
    days: str
    one_day: bool
    amount: str
    balance: str
    disputed: str
    partly_paid: bool
    credit: bool


@dataclass(frozen=True, slots=True)
class ListWords:
    """One list of items, oldest due date first; totals leave out what is in dispute."""

    kind: str
    rows: tuple[ItemWords, ...]
    single: ItemWords | Absent
    count: str
    more: str
    total: str
    totals: tuple[str, ...]
    disputed: bool
    first_due: str
    last_due: str
    last_due_short: str

    @property
    def first(self) -> ItemWords:
        """The item that was due first."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class CreditorWords:
    """Who writes; an absent value cannot be printed."""

    name: str | Absent
    address: Sequence[str] | Absent
    email: str | Absent
    phone: str | Absent
    bank_details: Sequence[str] | Absent
    sender_name: str | Absent
    sender_title: str | Absent
    manager_name: str | Absent


def letter_words(request: LetterRequest, wording: Wording) -> dict[str, object]:
    """Everything a template may use, by name, but for ALONG; docs/letters.md lists the names."""
    lists = [
        _list_words(kind, listed, wording, request.channel)
        for kind, listed in _by_kind(request)
        if listed
    ]
    absent = (*ALONG, *(kind for kind, _ in _by_kind(request)))
    return (
        {name: Absent(name=name) for name in absent}
        | {words.kind: words for words in lists}
        | {
            "lists": lists,
            "several_lists": len(lists) > 1,
            "open": _all_items(request, lists, wording),
        }
        | _about_the_reader(request, wording)
        | _about_the_moment(request, wording)
        | claim_words(request, wording)
    )


def one_line(text: str) -> str:
    """Text from outside on one line, without control characters: fit for a subject or a row."""
    return " ".join(_printable(text).split())


def given(name: str, text: str) -> str | Absent:
    """A text from outside on one line; one that is empty may be asked for, but not printed."""
    return one_line(text) or Absent(name=name)


def oldest_first(items: Sequence[LetterItem]) -> list[LetterItem]:
    """Items by due date, then by number."""
    return sorted(items, key=lambda item: (item.due_date, item.invoice))


def _by_kind(request: LetterRequest) -> tuple[tuple[str, tuple[LetterItem, ...]], ...]:
    return (("overdue", request.overdue), ("upcoming", request.upcoming), ("new", request.new))


def _all_items(
    request: LetterRequest, lists: Sequence[ListWords], wording: Wording
) -> ListWords | Absent:
    if not lists:
        return Absent(name="open")
    if len(lists) == 1:
        return replace(lists[0], kind="open")
    items = (*request.overdue, *request.upcoming, *request.new)
    return _list_words("open", items, wording, request.channel)


def _about_the_reader(request: LetterRequest, wording: Wording) -> dict[str, object]:
    return {
        "lang": wording.language,
        "direction": wording.direction,
        "customer": given("customer", request.customer),
        "customer_name": given("customer_name", request.customer_name),
        "contact_name": given("contact_name", request.contact_name),
        "reply_to": given("reply_to", request.reply_to),
        "creditor": _creditor_words(request.creditor),
    }


def _about_the_moment(request: LetterRequest, wording: Wording) -> dict[str, object]:
    words: dict[str, object] = {
        "level": request.level,
        "show_days": request.level >= _LEVEL_THAT_COUNTS_DAYS,
        "today": wording.day(request.today),
        "enclosures": bool(request.enclosures),
        "consequence": given("consequence", request.consequence),
        "personal": _lines(request.personal),
        "act_by": Absent(name="act_by"),
        "days_to_act": Absent(name="days_to_act"),
        "broken_promise": Absent(name="broken_promise"),
        "previous_contacts": Absent(name="previous_contacts"),
    }
    if request.act_by:
        words["act_by"] = wording.day(request.act_by)
        words["days_to_act"] = wording.number((request.act_by - request.today).days)
    if request.broken_promise:
        words["broken_promise"] = wording.day(request.broken_promise)
    if request.previous_contacts:
        contacts = sorted(set(request.previous_contacts))[-LATEST_CONTACTS:]
        words["previous_contacts"] = wording.days(contacts)
    return words


def _creditor_words(creditor: Creditor) -> CreditorWords:
    return CreditorWords(
        name=given("creditor.name", creditor.name),
        address=_given_lines("creditor.address", creditor.address),
        email=given("creditor.email", creditor.email),
        phone=given("creditor.phone", creditor.phone),
        bank_details=_given_lines("creditor.bank_details", creditor.bank_details),
        sender_name=given("creditor.sender_name", creditor.sender_name),
        sender_title=given("creditor.sender_title", creditor.sender_title),
        manager_name=given("creditor.manager_name", creditor.manager_name),
    )


def _given_lines(name: str, text: str) -> Sequence[str] | Absent:
    return _lines(text) or Absent(name=name)


def _lines(text: str) -> list[str]:
    return [_printable(line) for line in text.strip().splitlines()]


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _list_words(
    kind: str, items: Sequence[LetterItem], wording: Wording, channel: str
) -> ListWords:
    ordered = oldest_first(items)
    rows = tuple(_item_words(item, wording, channel) for item in ordered[:ROWS_INLINE])
    sums = totals([item.to_pay for item in items]).values()
    amounts = tuple(_amount(amount, wording, channel) for amount in sums)
    rest = len(ordered) - len(rows)
    return ListWords(
        kind=kind,
        rows=rows,
        single=rows[0] if len(ordered) == 1 else Absent(name=f"{kind}.single"),
        count=wording.number(len(ordered)),
        more=wording.number(rest) if rest else "",
        total=wording.joined(amounts),
        totals=amounts,
        disputed=any(_in_dispute(item) for item in items),
        first_due=wording.day(ordered[0].due_date),
        last_due=wording.day(ordered[-1].due_date),
        last_due_short=wording.short_day(ordered[-1].due_date),
    )


def _item_words(item: LetterItem, wording: Wording, channel: str) -> ItemWords:
    disputed = _in_dispute(item)
    return ItemWords(
        invoice=one_line(item.invoice),
        reference=one_line(item.reference),
        issued_short=wording.short_day(item.issue_date),
        due=wording.day(item.due_date),
        due_short=wording.short_day(item.due_date),
        days=wording.number(item.days_overdue) if item.days_overdue > 0 else "",
        one_day=item.days_overdue == 1,
        amount=_amount(item.amount, wording, channel),
        balance=_amount(item.balance, wording, channel),
        disputed=_amount(disputed, wording, channel) if disputed else "",
        partly_paid=item.balance != item.amount,
        credit=item.balance.minor < 0,
    )


def _in_dispute(item: LetterItem) -> Money | None:
    return item.disputed if item.disputed is not None and item.disputed.minor else None


def _amount(amount: Money, wording: Wording, channel: str) -> str:
    """The usual form; in an SMS the ISO code where the sign would make every segment shorter."""
    usual = wording.amount(amount)
    if channel == "sms" and not is_gsm7(plain_sms(usual)):
        return wording.amount_with_code(amount)
    return usual
