"""Measures files and functions in lines."""

from __future__ import annotations

import ast

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def line_limit(path: str) -> int:
    """How many lines a Python file of this path may have."""
    # A migration is a list of columns that a tool wrote: it has one limit, against accidents.
    limits = {"dunning/": 190, "workflows/": 80, "ledger/migrations/versions/": 600}
    return next((limit for room, limit in limits.items() if path.startswith(room)), 250)


def long_functions(source: str, limit: int) -> list[str]:
    """Functions with more lines of code than the limit, as ``name: lines``.

    Signature and docstring do not count, nor do blank lines and lines with nothing but a comment.
    """
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, _Function)]
    lines = source.splitlines()
    counted = [(function.name, _code_lines(function, lines)) for function in functions]
    return [f"{name}: {count}" for name, count in counted if count > limit]


def _code_lines(function: _Function, lines: list[str]) -> int:
    spans = [(node.lineno, node.end_lineno or 0) for node in _body(function)]
    within = (lines[number - 1].strip() for start, end in spans for number in range(start, end + 1))
    return sum(1 for line in within if line and not line.startswith("#"))


def _body(function: _Function) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body
