from __future__ import annotations

import dataclasses
from datetime import date

from dunning.folding import fold
from dunning.replacing import replace
from tests.dunning.worlds import opened


def test_it_replaces_as_the_standard_library_does() -> None:
    case = fold([opened()])
    later = date(2027, 1, 1)

    assert replace(case, due_date=later) == dataclasses.replace(case, due_date=later)
    assert replace(case) == case


def test_what_was_worked_out_is_left_behind() -> None:
    case = fold([opened()])
    before = case.balance
    changed = replace(case, paid=case.amount)

    assert before == case.amount
    assert changed.balance.minor == 0
    assert case.balance == before
