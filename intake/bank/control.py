"""Control totals: whether a statement's entries lead from balance to balance, as it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dunning.money import Money
from intake.bank.statement import Entry, Stated, Statement
from intake.rows import UnreadableFile

_MOST_NAMED = 5
# Reports of the day and notices have no balances to prove; BAI2 has control totals of its own.
_BALANCED = {"camt.053", "MT940"}
_ADVICE = "The file is incomplete or was changed; fetch it again from the bank."


def controlled(statements: Sequence[Statement], file_name: str) -> list[str]:
    """What people should know of statements whose figures agree, one sentence each.

    Raises UnreadableFile, naming the figures, when a statement contradicts itself: opening
    balance and entries do not make the closing balance, or stated sums and counts are others.
    """
    faults = [f"{one.title}: {fault}" for one in statements for fault in _faults(one)]
    if faults:
        more = f" So do {len(faults) - 1} more of its figures." if len(faults) > 1 else ""
        raise UnreadableFile(f"{file_name} does not add up: {faults[0]}.{more} {_ADVICE}")
    unproven = [
        one.title
        for one in statements
        if one.form in _BALANCED and one.entries and not _is_provable(one)
    ]
    return [
        *(f"{_capital(one.title)}: {remark}" for one in statements for remark in one.remarks),
        *_unproven(unproven),
        *_gaps(statements),
        *(remark for one in statements for remark in _withheld(one)),
    ]


def control_figures(statement: Statement) -> dict[str, str | int | None]:
    """What the statement says of itself beside what its booked entries come to, in major units.

    `ties` is yes where opening balance and entries make the closing balance, "" where the
    statement has no balances to ask, as notices have none.
    """
    opening, closing = statement.opening, statement.closing
    currency = opening.currency if opening else statement.currency
    entries = [one for one in _booked(statement) if one.amount.currency == currency]
    kinds = {kind: _total(_of_kind(entries, kind), currency) for kind in ("credits", "debits")}
    proves = statement.form in _BALANCED and not statement.is_part and _is_provable(statement)
    return {
        "account": statement.account,
        "number": statement.number,
        "currency": currency,
        "opening": str(opening.major) if opening else None,
        **{kind: str(total.major) for kind, total in kinds.items()},
        "closing": str(closing.major) if closing else None,
        "entries": len(entries),
        "ties": "yes" if proves else "",
    }


def leads(statement: Statement) -> bool:
    """Whether it is a whole statement that leads from balance to balance."""
    whole = statement.form in {*_BALANCED, "BAI2"} and not statement.is_part
    return whole and bool(statement.account) and _is_provable(statement)


def _faults(statement: Statement) -> Iterator[str]:
    yield from statement.faults
    if statement.is_part:
        return
    if statement.form != "BAI2":
        yield from _imbalance(statement)
        yield from (fault for one in statement.stated if (fault := _differs(statement, one)))
    elif _is_summed(statement):
        yield from _misstated(statement)


def _imbalance(statement: Statement) -> Iterator[str]:
    opening, closing = statement.opening, statement.closing
    if opening and not closing and statement.form == "MT940":
        yield "it breaks off, for its closing balance is missing"
    if not opening or not closing or not _is_provable(statement):
        return
    entries = _total(_booked(statement), opening.currency)
    if opening + entries != closing:
        yield (
            f"{opening} at the start and entries of {entries} make {opening + entries},"
            f" but it closes with {closing}"
        )


def _is_provable(statement: Statement) -> bool:
    balances = [one.currency for one in (statement.opening, statement.closing) if one]
    entries = {entry.amount.currency for entry in statement.entries}
    return len(balances) == 2 and {*balances, *entries} == {balances[0]}  # noqa: PLR2004  # Both.


def _differs(statement: Statement, stated: Stated) -> str:
    """Why stated counts and sums are not those of the entries; pending ones may be counted."""
    asked = [_of_kind(entries, stated.kind) for entries in _ways_to_count(statement)]
    if stated.count is not None and stated.count not in map(len, asked):
        return f"it states {stated.count} {_noun(stated.kind)}, but {len(asked[0])} are listed"
    if stated.total is None:
        return ""
    wanted = stated.total.currency
    totals = [_total(some, wanted) for some in asked]
    if abs(stated.total.minor) not in {abs(total.minor) for total in totals}:
        return f"it states {_noun(stated.kind)} of {stated.total}, but {totals[0]} are listed"
    return ""


def _ways_to_count(statement: Statement) -> tuple[list[Entry], list[Entry]]:
    return _booked(statement), statement.entries


def _of_kind(entries: Sequence[Entry], kind: str) -> list[Entry]:
    if kind == "all":
        return list(entries)
    return [entry for entry in entries if (entry.amount.minor > 0) == (kind == "credits")]


def _noun(kind: str) -> str:
    return "entries" if kind == "all" else kind


def _is_summed(statement: Statement) -> bool:
    return {one.kind for one in statement.stated} == {"credits", "debits"}


def _misstated(statement: Statement) -> Iterator[str]:
    """BAI2 states its sums itself, with or without the entries they are made of."""
    opening, closing = statement.opening, statement.closing
    sums = {one.kind: one.total for one in statement.stated}
    credited, debited = sums["credits"], sums["debits"]
    if opening and closing and credited and debited and opening + credited - debited != closing:
        yield (
            f"{opening} at the start, credits of {credited} and debits of {debited} do not make"
            f" the closing balance of {closing}"
        )


def _withheld(statement: Statement) -> Iterator[str]:
    """Banks list details by agreement, so that sums may say more than the entries do."""
    if statement.form != "BAI2" or not statement.entries:
        return
    for stated in statement.stated:
        listed = _of_kind(statement.entries, stated.kind)
        if listed and stated.total and _size(listed) != abs(stated.total.minor):
            yield (
                f"{_capital(statement.title)} lists {stated.kind} of"
                f" {Money(_size(listed), statement.currency)} and sums them to {stated.total}."
            )


def _size(entries: Sequence[Entry]) -> int:
    return sum(abs(entry.amount.minor) for entry in entries)


def _unproven(titles: Sequence[str]) -> Iterator[str]:
    if titles:
        named = ", ".join(titles[:_MOST_NAMED]) + (" …" if len(titles) > _MOST_NAMED else "")
        yield f"No opening and closing balance to check the entries against: {named}."


def _gaps(statements: Sequence[Statement]) -> Iterator[str]:
    """Where one statement of an account does not begin with what the last one ended with."""
    last: dict[tuple[str, str], Statement] = {}
    for one in statements:
        key = (one.account, one.currency)
        before = last.get(key)
        last[key] = one
        if before is None or not before.closing or not one.opening or one.is_part:
            continue
        if before.number == one.number:
            continue
        if one.opening not in {before.closing, before.opening}:
            yield (
                f"Between {before.title} and {one.title} the balance goes from {before.closing}"
                f" to {one.opening}: is a statement missing?"
            )


def _booked(statement: Statement) -> list[Entry]:
    return [entry for entry in statement.entries if entry.is_booked]


def _total(entries: Sequence[Entry], currency: str) -> Money:
    same = (entry.amount.minor for entry in entries if entry.amount.currency == currency)
    return Money(sum(same), currency)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
