"""The little language letters are written in: words, choices and lists, and nothing that computes.

Whoever may write a letter must be able neither to run code nor to keep a worker busy: Jinja's
sandbox keeps attributes out of reach, and what could grow without bound is no part of the language.
"""

from __future__ import annotations

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

_ALLOWED = (
    nodes.Template,
    nodes.Extends,
    nodes.Block,
    nodes.Include,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Getattr,
    nodes.Getitem,
    nodes.If,
    nodes.CondExpr,
    nodes.For,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.Test,
    nodes.Filter,
)
_FILTERS = {"capitalize", "default", "first", "last", "length", "lower", "trim", "upper"}
# A list within a list is a table; a third one would be a way to keep a worker busy for long.
_MOST_LOOPS = 2
_LONGEST = 100_000


class LetterSandbox(ImmutableSandboxedEnvironment):
    """Jinja for letters; what is no part of their language is refused with its line."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > _LONGEST:
            raise TemplateSyntaxError(f"is longer than {_LONGEST:,} signs", 1, name, filename)
        try:
            tree = super()._parse(source, name, filename)
        except RecursionError:
            raise TemplateSyntaxError("is nested too deeply", 1, name, filename) from None
        for node, why in _refused(tree):
            raise TemplateSyntaxError(why, node.lineno, name, filename)
        return tree


def _refused(tree: nodes.Template) -> list[tuple[nodes.Node, str]]:
    """The nodes that are no part of the language, with the reason, in the file's order."""
    found: list[tuple[nodes.Node, str]] = []
    below: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while below:
        node, loops = below.pop()
        loops += isinstance(node, nodes.For)
        why = _objection(node, loops)
        if why:
            found.append((node, why))
        below.extend((child, loops) for child in node.iter_child_nodes())
    return sorted(found, key=lambda one: one[0].lineno)


def _objection(node: nodes.Node, loops: int) -> str:
    if not isinstance(node, _ALLOWED):
        return f"letters have no {_named(node)}"
    if loops > _MOST_LOOPS:
        return f"more than {_MOST_LOOPS} lists stand in each other"
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        return f'letters have no filter "{node.name}"; there are {", ".join(sorted(_FILTERS))}'
    if isinstance(node, nodes.For) and (node.recursive or node.test):
        return "a list in a letter is shown whole: no recursion and no condition"
    if isinstance(node, nodes.Include | nodes.Extends) and not isinstance(
        node.template, nodes.Const
    ):
        return "the name of another file is written out in quotes"
    return ""


def _named(node: nodes.Node) -> str:
    match node:
        case nodes.Call():
            return "function calls"
        case nodes.Macro():
            return "macros"
        case nodes.BinExpr() | nodes.UnaryExpr():
            return "arithmetic"
        case _:
            return f'"{type(node).__name__.lower()}"'
