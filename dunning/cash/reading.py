"""Reading remittance texts: which invoice numbers they may name, and which they do name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dunning.payment import PaymentReceived

_MOST_TOKENS = 250
_MOST_IN_RANGE = 50
_LONGEST = 64
# A short number alone may be a year, a quantity or a customer number.
_FEWEST_LONE_DIGITS = 5
_BEFORE = frozenset(
    (
        "invoice invoices inv no nr number ref reference bill rechnung rechnungen rg re rnr facture"
        " factures fact factuur faktura fakt fattura factura arve lasku"
    ).split()
)
_SPLIT = re.compile(r"[\s,;|\"'()\[\]{}]+")
_EDGES = "#.:/+*-&"
_RANGE = re.compile(
    r"(?<![\w-])([A-Za-z][\w/.-]*?[-/_.]?|)(\d{2,12})\s*(?:-|–|\.\.|\bto\b|\bbis\b|\bau\b|\bt/m\b)\s*"
    r"(?:\1)?(\d{2,12})(?![\w-])"
)


@dataclass(frozen=True)
class Mention:
    """A text that may be an invoice number, and which tokens it is made of.

    A `weak` one is too short to mean an invoice by itself; a `joined` one was put together of
    neighbours, as banks break lines inside numbers.
    """

    name: str
    places: tuple[int, ...]
    weak: bool = False
    joined: bool = False


@dataclass(frozen=True)
class Named:
    """The invoices a payment names, in the order of its texts; `doubt` says why it is not sure."""

    invoices: tuple[str, ...]
    doubt: str = ""


def mentions(payment: PaymentReceived) -> list[Mention]:
    """Every text of the payment that may be an invoice number, each once."""
    found: dict[str, Mention] = {}
    texts = dict.fromkeys((payment.reference, *payment.texts))
    at = 0
    for text in (" ".join(one.split()) for one in texts):
        tokens = [part for part in _SPLIT.split(text) if part][:_MOST_TOKENS]
        _note(found, Mention(text, tuple(range(at, at + len(tokens)))))
        for place, token in enumerate(tokens):
            before = tokens[place - 1].strip(_EDGES).casefold() if place else ""
            for name in _readings(token):
                weak = _is_weak(name) and before not in _BEFORE and len(tokens) > 1
                _note(found, Mention(name, (at + place,), weak))
        _note_joined(found, tokens, at)
        at += len(tokens) + 1
    return list(found.values())


def ranges(payment: PaymentReceived) -> list[tuple[str, ...]]:
    """Runs such as "INV-1001 to 1004": every number of each, at most fifty."""
    runs = []
    for text in dict.fromkeys((payment.reference, *payment.texts)):
        for prefix, first, last in _RANGE.findall(text[:2_000]):
            start, end = int(first), int(first[: -len(last)] + last if last else first)
            if 0 < end - start < _MOST_IN_RANGE and len(last) <= len(first):
                width = len(first)
                numbers = range(start, end + 1)
                run = tuple(f"{prefix}{number:0{width}}" for number in numbers)
                runs += [] if _is_weak(run[0]) else [run]
    return runs


def named_among(payment: PaymentReceived, known: Collection[str]) -> Named:
    """Which of the invoices that the books know the payment names, and whether that is clear."""
    taken: dict[int, str] = {}
    invoices: list[str] = []
    doubt = ""
    plain = [one for one in mentions(payment) if one.name in known and not one.weak]
    for one in sorted(plain, key=lambda one: (one.joined, -len(one.name), one.places)):
        over = {taken[place] for place in one.places if place in taken} - {one.name}
        if over and one.joined:
            doubt = f"the texts can be read as {one.name} and as {', '.join(sorted(over))}"
        if over:
            continue
        taken |= dict.fromkeys(one.places, one.name)
        invoices.append(one.name)
    for run in ranges(payment):
        if invoices and not any(one in invoices for one in run):
            continue
        missing = [one for one in run if one not in known]
        if len(missing) < len(run) and missing:
            doubt = f"of the numbers from {run[0]} to {run[-1]} some are not in the books"
        invoices += [one for one in run if one in known]
    return Named(tuple(dict.fromkeys(sorted(invoices, key=_natural))), doubt)


def asked_names(payments: Sequence[PaymentReceived]) -> set[str]:
    """Every name to look up in the books for these payments."""
    names: set[str] = set()
    for payment in payments:
        names.update(one.name for one in mentions(payment) if not one.weak)
        names.update(one for run in ranges(payment) for one in run)
    return names


def _readings(token: str) -> list[str]:
    """A token without signs around it, and what stands after a colon: "Invoice:1001"."""
    plain = token.strip(_EDGES)
    after = plain.rpartition(":")[2].strip(_EDGES)
    return list(dict.fromkeys(one for one in (token, plain, after) if one))


def _note(found: dict[str, Mention], one: Mention) -> None:
    if 0 < len(one.name) <= _LONGEST:
        for name in dict.fromkeys((one.name, one.name.upper())):
            known = found.get(name)
            if known is None or (known.weak and not one.weak):
                found[name] = Mention(name, one.places, one.weak, one.joined)


def _note_joined(found: dict[str, Mention], tokens: Sequence[str], at: int) -> None:
    for width in (2, 3):
        for place in range(len(tokens) - width + 1):
            pieces = tokens[place : place + width]
            places = tuple(range(at + place, at + place + width))
            for name in ("".join(pieces).strip(_EDGES), " ".join(pieces).strip(_EDGES)):
                _note(found, Mention(name, places, _is_weak(name), joined=True))


def _is_weak(token: str) -> bool:
    return len(token) < 2 or (token.isdigit() and len(token) < _FEWEST_LONE_DIGITS)  # noqa: PLR2004


def _natural(name: str) -> list[tuple[int, int, str]]:
    """The order people list numbers in: I-2 before I-10."""
    return [
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in re.split(r"(\d+)", name)
        if part
    ]
