"""The sentences that code says to people, read from the code itself; places are written ``{}``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from settings import ROOT

# Where refusals, reasons and what an action answers are worded for people at the desk.
_SPOKEN = (
    "dunning/*.py",
    "dunning/audit/*.py",
    "dunning/cash/*.py",
    "activities/account.py",
    "activities/letter_own_words.py",
    "activities/outcomes.py",
    "activities/planning.py",
    "activities/statement*.py",
    "activities/tasks.py",
    "activities/touches.py",
    "commands/acting.py",
    "commands/authority.py",
    "commands/adjustments/*.py",
    "commands/audit/finding_actions.py",
    "commands/cases/*.py",
    "commands/cash/*.py",
    "commands/disputes/*.py",
    "commands/erasure/actions.py",
    "commands/mailroom/actions.py",
    "commands/mailroom/answering.py",
    "commands/mailroom/correcting.py",
    "commands/month_end/actions.py",
    "commands/people/actions.py",
    "commands/people/delegating.py",
    "commands/people/passwords.py",
    "commands/people/sign_in.py",
    "commands/policies/actions.py",
    "commands/sending/*.py",
    "commands/statements/actions.py",
    "commands/why/*.py",
    "console/*.py",
    "console/pages/*.py",
    "console/reading/*.py",
    "intake/*.py",
    "replies/*.py",
)
# What speaks to who writes policies or runs the command line, in the language of these.
_UNSPOKEN = re.compile(
    r"(_text|_document|_problems|_rules|_commands|commands|experiments|fault_log|fake_providers"
    r"|words|surroundings)\.py$|dunning/policy\.py|dunning/countries"
)
_REFUSALS = {"NotAllowed", "Changed", "NoAuthority", "FieldProblems", "DamagedLink"}
_REASONS = {"Objection", "Remark", "Wait", "Fault", "_Said", "Answer", "leave", "BadCell"}
_REASON_FIELDS = {"why", "reason"}
_SENTENCE = re.compile(r"[a-z].* .*[a-z]|[a-z]{3,} \{\}|\{\} [a-z]{3,}")


def sentences() -> dict[str, str]:
    """Every sentence with the file that says it first."""
    found: dict[str, str] = {}
    for pattern in _SPOKEN:
        for path in sorted(ROOT.glob(pattern)):
            name = str(path.relative_to(ROOT))
            if not _UNSPOKEN.search(name):
                for one in _said(ast.parse(path.read_text("utf-8"))):
                    found.setdefault(one, name)
    return found


def _said(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for spoken in _spoken(node):
            for one in _texts(spoken):
                if _SENTENCE.search(one):
                    yield one


def _spoken(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in _REFUSALS | _REASONS or ast.unparse(node.func) == "decision.acted.append":
            yield from node.args
        yield from (one.value for one in node.keywords if one.arg in _REASON_FIELDS)
    elif isinstance(node, ast.Assign) and _names(node) & _REASON_FIELDS:
        yield node.value
    elif isinstance(node, ast.Return):
        yield from [node.value] if node.value else []


def _names(node: ast.Assign) -> set[str]:
    return {one.id for one in node.targets if isinstance(one, ast.Name)}


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts an expression may be; of a returned one, only whole sentences."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
        yield "".join(str(one) for one in parts)
