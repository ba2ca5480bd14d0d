"""What Temporal calls this workflow code: another name exactly when the code is another."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

# The release that recorded the histories of this code; see CONTRIBUTING.md.
SINCE = "0.1.0"
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def build_id() -> str:
    """The build id: the release that brought the code, and the first signs of its digest."""
    return f"{SINCE}-{code_digest()[:12]}"


def code_digest() -> str:
    """SHA-256 over the modules of this room, without comments, docstrings and layout."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path != Path(__file__):
            digest.update(f"{path.name}\n{_code(path.read_text('utf-8'))}\n".encode())
    return digest.hexdigest()


def _code(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
