from __future__ import annotations

import pytest

from tests.house_rules.sizes import line_limit, long_functions
from tests.house_rules.tree import product_files, python_files, read

_FUNCTION_LINES = 30


@pytest.mark.parametrize("path", python_files())
def test_a_file_is_read_in_one_sitting(path: str) -> None:
    lines = len(read(path).splitlines())

    assert lines <= line_limit(path)


@pytest.mark.parametrize("path", product_files())
def test_a_function_fits_on_a_screen(path: str) -> None:
    assert long_functions(read(path), _FUNCTION_LINES) == []


def test_long_functions_are_found_wherever_they_hide() -> None:
    body = '    """Says what it is for."""\n\n    # Why.\n' + "    x = 1\n" * 5
    source = f"class A:\n    def b(self): return 1\ndef c():\n{body}\nasync def d():\n{body}"

    assert long_functions(source, 4) == ["c: 5", "d: 5"]
    assert long_functions(source, 5) == []


def test_the_rulebook_and_the_workflows_have_limits_of_their_own() -> None:
    assert [line_limit(f"{room}/x.py") for room in ("dunning", "workflows", "ledger")] == [
        190,
        80,
        250,
    ]
