"""What counts when several rules are met: the labelling rules of the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from replies.intents import Hit

INTENTS = (
    "promise_to_pay",
    "dispute",
    "paid",
    "invoice_copy",
    "out_of_office",
    "wrong_contact",
    "opt_out",
    "question",
    "hardship",
    "other",
)


def counted(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits that count as intents; `arrival` has become a promise or has gone with `paid`.

    Nothing is `other` here: that is what a message is when nothing counts.
    """
    if any(hit.label == "flag.instruction" for hit in hits):
        # Words that give orders to the reader are data, and so is all that stands with them.
        return ()
    kept = [hit for hit in hits if hit.intent in _READ]
    for law in _LAWS:
        kept = law(kept)
    return tuple(_as_intent(hit) for hit in kept)


def _absence(hits: list[Hit]) -> list[Hit]:
    """An absence note names a deputy, a day and what can be asked meanwhile: no intents."""
    if not _any(hits, "out_of_office"):
        return hits
    away = {hit.clause for hit in hits if hit.intent == "out_of_office"}
    near = {clause.sentence for clause in away}
    return [
        hit
        for hit in hits
        if hit.intent not in _PART_OF_ABSENCE
        and not (hit.intent in _UNLIKELY_IN_ABSENCE and hit.clause.sentence in near)
        and not (hit.intent == "promise_to_pay" and hit.clause in away)
    ]


def _sent_money_arrives(hits: list[Hit]) -> list[Hit]:
    """Money already sent will arrive: that is no second promise."""
    return _without(hits, "arrival") if _any(hits, "paid") else hits


def _a_copy_goes_to_an_address(hits: list[Hit]) -> list[Hit]:
    """A copy sent to "ap@…" names an address without saying that ours is wrong."""
    return [
        hit
        for hit in hits
        if not (
            hit.intent == "wrong_contact"
            and "@" in hit.clause.text
            and "invoice_copy" in _intents_of(hits, hit)
        )
    ]


def _one_clause_says_one_thing(hits: list[Hit]) -> list[Hit]:
    """In one clause the first of a pair leaves no room for the second."""
    return [
        hit
        for hit in hits
        if not any(
            loser == hit.intent and winner in _intents_of(hits, hit)
            for winner, loser in _WINNERS
            if winner != loser
        )
    ]


def _missing_paper_is_no_dispute(hits: list[Hit]) -> list[Hit]:
    """Words such as "nothing came" beside a request for a copy speak of the invoice.

    Nor does "not mine" beside "wrong number" contest a debt.
    """
    copies = {hit.clause.sentence for hit in hits if hit.intent == "invoice_copy"}
    strangers = {hit.clause.sentence for hit in hits if hit.intent == "wrong_contact"}
    return [
        hit
        for hit in hits
        if not (hit.label == "dispute.not_received" and hit.clause.sentence in copies)
        and not (hit.label == "dispute.not_ours" and hit.clause.sentence in strangers)
    ]


def _a_question_asks_for_leave(hits: list[Hit]) -> list[Hit]:
    """Who asks whether they may pay later has promised nothing yet."""
    return [
        hit
        for hit in hits
        if not (
            hit.intent in {"promise_to_pay", "arrival"}
            and hit.clause.asks
            and "hardship" in _intents_of(hits, hit)
        )
    ]


def _weak_questions_stand_alone(hits: list[Hit]) -> list[Hit]:
    """A "please check" only rounds off what else is said; "why" argues for a dispute."""
    strong = any(hit.label != "question.weak" for hit in hits)
    argued = _any(hits, "dispute")
    return [
        hit
        for hit in hits
        if not (strong and hit.label == "question.weak")
        and not (argued and hit.label == "question.why")
    ]


def _intents_of(hits: list[Hit], like: Hit) -> set[str]:
    return {hit.intent for hit in hits if hit.clause == like.clause}


def _any(hits: list[Hit], intent: str) -> bool:
    return any(hit.intent == intent for hit in hits)


def _without(hits: list[Hit], intent: str) -> list[Hit]:
    return [hit for hit in hits if hit.intent != intent]


def _as_intent(hit: Hit) -> Hit:
    if hit.intent == "arrival":
        return Hit("promise_to_pay", hit.rule, hit.clause)
    return Hit("question", hit.rule, hit.clause) if hit.intent == "question" else hit


_READ = {*INTENTS, "arrival"}
_UNLIKELY_IN_ABSENCE = {"opt_out", "hardship", "dispute"}
_PART_OF_ABSENCE = {"question", "invoice_copy", "wrong_contact", "arrival"}
_WINNERS = (
    ("paid", "promise_to_pay"),
    ("paid", "arrival"),
    ("promise_to_pay", "question"),
    ("paid", "question"),
    ("dispute", "question"),
    ("invoice_copy", "question"),
    ("hardship", "question"),
    ("opt_out", "question"),
    ("wrong_contact", "question"),
    ("opt_out", "out_of_office"),
)
_LAWS: tuple[Callable[[list[Hit]], list[Hit]], ...] = (
    _absence,
    _sent_money_arrives,
    _missing_paper_is_no_dispute,
    _a_question_asks_for_leave,
    _a_copy_goes_to_an_address,
    _one_clause_says_one_thing,
    _weak_questions_stand_alone,
)
