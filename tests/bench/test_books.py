from __future__ import annotations

from bench.books import Aim, Asked

AIMS = (Aim("aging by entity", 2), Aim("aging a month back", 2), Aim("open items as CSV", 120))


def test_parts_are_asked_for_by_a_word_of_their_names() -> None:
    assert Asked(10).of(AIMS) == list(AIMS)
    assert Asked(10, ("aging",)).of(AIMS) == list(AIMS[:2])
    assert Asked(10, ("month", "CSV")).of(AIMS) == list(AIMS[1:])
