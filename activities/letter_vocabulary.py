"""The words a template asks for, compared with those there are: in every branch, taken or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields

from jinja2 import nodes

from activities.claim_words import ClaimWords
from activities.letter_words import CreditorWords, ItemWords, ListWords

# What a name stands for: a text, one of the values below, or several of one in brackets.
_TEXT, _LIST, _ITEM, _CREDITOR, _CLAIM = "text", "list", "item", "creditor", "claim"
_SEVERAL = {"[text]": _TEXT, "[list]": _LIST, "[item]": _ITEM, "[claim]": _CLAIM}
_PARTS: Mapping[str, Mapping[str, str]] = {
    _LIST: dict.fromkeys((field.name for field in fields(ListWords)), _TEXT)
    | {"rows": "[item]", "single": _ITEM, "first": _ITEM, "totals": "[text]"},
    _ITEM: dict.fromkeys((field.name for field in fields(ItemWords)), _TEXT),
    _CLAIM: dict.fromkeys((field.name for field in fields(ClaimWords)), _TEXT),
    _CREDITOR: dict.fromkeys((field.name for field in fields(CreditorWords)), _TEXT)
    | {"address": "[text]", "bank_details": "[text]"},
}
_NAMES = dict.fromkeys(("overdue", "upcoming", "new", "open"), _LIST) | {
    "lists": "[list]",
    "creditor": _CREDITOR,
    "claims": "[claim]",
}

Scope = Mapping[str, str]
Tree = Callable[[str], nodes.Template]


def unknown_words(tree: Tree, file: str, names: Iterable[str]) -> Iterator[str]:
    """What the template asks for and nobody gives, each with file and line.

    `tree` reads a template by its path; `names` are the words there are in this file.
    """
    scope = {name: _NAMES.get(name, _TEXT) for name in names}
    yield from _unknown(tree, file, tree(file), scope)


def _unknown(tree: Tree, file: str, node: nodes.Node, scope: Scope) -> Iterator[str]:
    match node:
        case nodes.Include(template=nodes.Const(value=str(below))):
            yield from _unknown(tree, below, tree(below), scope)
        case nodes.Extends(template=nodes.Const(value=str(below))):
            yield from _unknown(tree, below, tree(below), scope)
        case nodes.For(target=nodes.Name(name=each), iter=several, body=body):
            yield from _unknown(tree, file, several, scope)
            within = {**scope, each: _SEVERAL.get(_kind(several, scope), _TEXT)}
            for child in body:
                yield from _unknown(tree, file, child, within)
        case nodes.Name(name=name) if name not in scope:
            yield f"{file}, line {node.lineno}: '{name}' has no value"
        case nodes.Getattr(node=whole, attr=part) if not _has(whole, part, scope):
            yield f"{file}, line {node.lineno}: there is no '{part}' in it"
        case _:
            for child in node.iter_child_nodes():
                yield from _unknown(tree, file, child, scope)


def _has(whole: nodes.Node, part: str, scope: Scope) -> bool:
    kind = _kind(whole, scope)
    # What stands for nothing known is a problem of its own.
    return not kind or part in _PARTS.get(kind, {})


def _kind(node: nodes.Node, scope: Scope) -> str:
    match node:
        case nodes.Name(name=name):
            return scope.get(name, "")
        case nodes.Getattr(node=whole, attr=part):
            return _PARTS.get(_kind(whole, scope), {}).get(part, "")
        case nodes.List(items=[first, *_]):
            return f"[{_kind(first, scope)}]"
    return ""
