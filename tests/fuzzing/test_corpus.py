"""What fuzzing found is read again by the suite: nothing breaks, nothing hangs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzzing.targets import TARGETS

HERE = Path(__file__).parent
BROKE_ONCE = sorted((HERE / "broken").glob("*-*"))


@pytest.mark.parametrize("name", TARGETS)
def test_every_kept_input_is_read_or_refused_as_promised(name: str) -> None:
    inputs = sorted((HERE / "corpus" / name).iterdir())

    assert inputs
    for one in inputs:
        TARGETS[name](one.read_bytes())


@pytest.mark.parametrize("one", BROKE_ONCE, ids=lambda path: path.name)
def test_what_broke_a_reader_once_does_so_no_more(one: Path) -> None:
    TARGETS[one.name.split("-", 1)[0]](one.read_bytes())
