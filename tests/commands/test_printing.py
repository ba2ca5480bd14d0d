"""JSON answers are written piece by piece, in the bytes of the whole."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.printing import STDOUT, answer, table

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates()
NAMES = st.text(max_size=5) | st.integers() | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS,
    lambda some: st.lists(some, max_size=4) | st.dictionaries(NAMES, some, max_size=4),
    max_leaves=20,
)


class Row(NamedTuple):
    """A row as simulations keep them."""

    day: date
    invoices: tuple[str, ...]


def _whole(payload: dict[str, Any]) -> str:
    return json.dumps(payload, indent=2, ensure_ascii=False, default=str) + "\n"


@given(payload=st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_an_answer_has_the_bytes_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, payload: dict[str, Any]
) -> None:
    file = tmp_path_factory.mktemp("answer") / "answer.json"
    answer(payload, str(file))

    assert file.read_text(encoding="utf-8") == _whole(payload)


def test_rows_may_come_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Row(date(2026, 3, 2), ("I-1", "I-2")), Row(date(2026, 3, 3), ())]

    assert answer({"rows": iter(rows), "none": iter([]), "days": 2}, STDOUT)
    assert capsys.readouterr().out == _whole({"rows": rows, "none": [], "days": 2})


def test_the_first_row_is_written_before_the_second_is_worked_out(tmp_path: Path) -> None:
    file = tmp_path / "answer.json"

    def rows() -> Any:  # noqa: ANN401 - a generator of numbers
        for number in range(5000):
            yield f"row {number:05}"
        assert "row 00000" in file.read_text(encoding="utf-8")

    answer({"rows": rows()}, str(file))

    assert "row 04999" in file.read_text(encoding="utf-8")


def test_who_wants_no_json_gets_none() -> None:
    assert not answer({"days": 2}, None)


def test_a_narrow_screen_breaks_no_date_and_no_sum(capsys: pytest.CaptureFixture[str]) -> None:
    long = "what somebody wrote into the reference of a payment " * 4
    table("Rows", ("date", "words", "again", ">sum"), [("2026-03-31", long, long, "-1500.00")])

    assert "2026-03-31 " in (told := capsys.readouterr().out)
    assert "-1500.00" in told
