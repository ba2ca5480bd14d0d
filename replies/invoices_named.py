"""Which of the customer's invoices a text names."""

from __future__ import annotations

import re
from collections.abc import Collection

from replies.clauses import Clause


def invoices_named(
    text: str, known: Collection[str], start: int = 0, end: int | None = None
) -> tuple[str, ...]:
    """The known invoices named between two offsets, in the order of the text.

    A number counts with or without its prefix and signs ("INV-00417" is "inv 417" and "417"),
    unless two known invoices would then look alike.
    """
    within = text[start : len(text) if end is None else end]
    names = _names(known)
    found = [name for word in _NUMBER.findall(within) if (name := _invoice(word, names))]
    return tuple(dict.fromkeys(found))


def invoices_by_clause(
    text: str, clauses: tuple[Clause, ...], known: Collection[str]
) -> dict[Clause, tuple[str, ...]]:
    """The invoices each clause is about: those it names, else those its sentence names."""
    own = {one: invoices_named(text, known, one.start, one.end) for one in clauses}
    around: dict[int, tuple[str, ...]] = {}
    for clause in clauses:
        around[clause.sentence] = around.get(clause.sentence, ()) + own[clause]
    return {one: own[one] or tuple(dict.fromkeys(around[one.sentence])) for one in clauses}


def _names(known: Collection[str]) -> dict[str, str]:
    seen: dict[str, list[str]] = {}
    for invoice in sorted(known):
        for key in {_key(invoice), _key(_last_digits(invoice))}:
            seen.setdefault(key, []).append(invoice)
    return {key: names[0] for key, names in seen.items() if key and len(names) == 1}


def _invoice(word: str, names: dict[str, str]) -> str:
    return names.get(_key(word), "") or names.get(_key(_last_digits(word)), "")


def _key(written: str) -> str:
    bare = re.sub(r"[\W_]", "", written).casefold()
    return re.sub(r"(?<!\d)0+(?=\d)", "", bare)


def _last_digits(invoice: str) -> str:
    runs = re.findall(r"\d+", invoice)
    # Two digits would find dates and quantities.
    return runs[-1] if runs and len(runs[-1]) >= _LEAST_DIGITS else ""


_LEAST_DIGITS = 3
_NUMBER = re.compile(r"(?:[A-Za-z]{1,6}[-/_. ]{0,2})?\d[\w/_-]{0,30}|\d{3,}")
