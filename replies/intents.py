"""Which rules the clauses of a message meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from replies.clauses import Clause
from replies.languages import language_of
from replies.rules.rulebook import LANGUAGES, Rulebook, rulebook


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that carries a label: an intent, `dispute.<reason>`, `flag.<flag>` and the like."""

    label: str
    rule: str
    clause: Clause

    @property
    def intent(self) -> str:
        """The label without its reason."""
        return self.label.partition(".")[0]


def hits_in(text: str, clauses: Sequence[Clause], language: str) -> tuple[Hit, ...]:
    """The rules met, in the order of the text; other languages are asked where one says nothing."""
    found: list[Hit] = []
    for number in sorted({clause.sentence for clause in clauses}):
        parts = [clause for clause in clauses if clause.sentence == number]
        whole = _whole(text, parts)
        hits = [hit for part in parts for hit in _in_clause(part, parts, language)]
        if len(parts) > 1 and not _say_something(hits):
            hits += _in_clause(whole, (whole,), language)
        found += [*hits, *_in_sentence(whole)]
    return tuple(found)


def _whole(text: str, parts: Sequence[Clause]) -> Clause:
    first, last = parts[0], parts[-1]
    return Clause(
        first.start, last.end, text[first.start : last.end], first.sentence, asks=last.asks
    )


def _in_clause(clause: Clause, sentence: Sequence[Clause], language: str) -> list[Hit]:
    hits: list[Hit] = []
    for book in _books(clause.text, language):
        hits += _by_book(clause, sentence, book)
        if _say_something(hits):
            break
    return hits


def _books(text: str, language: str) -> Iterator[Rulebook]:
    """The message's own language first; then the one this clause looks like, if that is another."""
    yield rulebook(language)
    looks_like = language_of(text, language)
    if looks_like != language:
        yield rulebook(looks_like)


def _by_book(clause: Clause, sentence: Sequence[Clause], book: Rulebook) -> list[Hit]:
    text = book.fold(clause.text)
    met = [rule for rule in book.rules if not rule.whole_sentence and rule.is_met_by(text)]
    hits = [Hit(rule.label, rule.name, clause) for rule in met]
    if any(hit.intent in _WILL_PAY for hit in hits) and _is_conditional(clause, sentence, book):
        hits = [hit for hit in hits if hit.intent not in _WILL_PAY]
        hits.append(Hit("condition", f"{book.language}.conditional", clause))
    if clause.asks and not _say_something(hits) and not book.is_marked("rhetorical", text):
        is_weak = book.is_marked("receipt", text) or not book.is_marked("asking", text)
        strength = "weak" if is_weak else "strong"
        hits.append(Hit(f"question.{strength}", f"{book.language}.asked", clause))
    return hits


def _is_conditional(clause: Clause, sentence: Sequence[Clause], book: Rulebook) -> bool:
    """Whether the clause names a condition, or another clause of its sentence opens with one."""
    for part in sentence:
        text = book.fold(part.text)
        at = book.place_of("conditional", text)
        if at is None or book.is_marked("polite_condition", text):
            continue
        if part == clause or at <= _OPENING:
            return True
    return False


def _in_sentence(sentence: Clause) -> Iterator[Hit]:
    for book in map(rulebook, LANGUAGES):
        text = book.fold(sentence.text)
        for rule in book.rules:
            if rule.whole_sentence and rule.is_met_by(text):
                yield Hit(rule.label, rule.name, sentence)


def _say_something(hits: Sequence[Hit]) -> bool:
    return any(hit.intent != "flag" for hit in hits)


# A condition may follow a word such as "but" or "only".
_OPENING = 5
_WILL_PAY = {"promise_to_pay", "arrival"}
