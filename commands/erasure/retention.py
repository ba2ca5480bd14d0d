"""The rule by which the words of messages and replies go when their years are over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from commands.erasure.files import erase_files
from dunning.erasure_facts import ContentsErased
from ledger.books import Books
from ledger.erasing_words import erase_words, old_messages, old_replies
from settings import Settings
from worker import Wiring

# One transaction each, and so many in a night: nobody waits for long.
_BATCH, _MOST = 200, 200
_Old = Callable[[Books, datetime, int], Sequence[str]]


def erase_old_words(wiring: Wiring, settings: Settings, now: datetime) -> str:
    """Erase what is kept no longer; without a rule nothing."""
    messages = _erased(wiring, settings, now, "messages", old_messages)
    replies = _erased(wiring, settings, now, "replies", old_replies)
    if not settings.keep_messages_years and not settings.keep_replies_years:
        return "No rule says how long the words of messages and replies are kept."
    return f"Words erased by their age: {messages} messages, {replies} replies."


def _erased(
    wiring: Wiring,
    settings: Settings,
    now: datetime,
    what: Literal["messages", "replies"],
    old: _Old,
) -> int:
    years = settings.keep_messages_years if what == "messages" else settings.keep_replies_years
    if not years:
        return 0
    # Whole years, as the law counts: what was written in a year goes with that year.
    before = now.replace(
        year=now.year - years, month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    count = 0
    for _ in range(_MOST):
        with wiring.ledger.reading() as books:
            names = old(books, before, _BATCH)
        if not names:
            break
        fact = ContentsErased(
            at=now, by="duncan", what=what, before=before, years=years, count=0, digest=""
        )
        files = wiring.ledger.transact(
            lambda books, names=names, fact=fact: erase_words(books, names, fact)  # type: ignore[misc]
        )
        erase_files(settings.outbox_folder / name for name in files)
        count += len(names)
    return count
