"""Finds where code asks for something from outside: the clock, a file, chance, a socket."""

from __future__ import annotations

import ast

_MODULES = frozenset(
    "asyncio builtins ctypes ftplib glob http importlib logging multiprocessing os random "
    "runpy secrets select shutil signal smtplib socket sqlite3 ssl subprocess sys tempfile "
    "threading time urllib".split()
)
# Values and calculations of modules that are otherwise closed.
_OPEN = frozenset({"urllib.parse"})
_NAMES = frozenset(
    "datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today "
    "pathlib.Path pathlib.PosixPath pathlib.WindowsPath uuid.uuid1 uuid.uuid4 uuid.getnode "
    "io.open open print input exec eval compile breakpoint __import__ globals".split()
)
_METHODS = frozenset("read_text read_bytes write_text write_bytes utcnow".split())


def impurities(source: str) -> list[str]:
    """Each use of the outside world as ``line: name``, in the order of the lines."""
    tree = ast.parse(source)
    names = _imported_names(tree)
    found = {hit for node in ast.walk(tree) for hit in _impure(node, names)}
    return [f"{line}: {name}" for line, name in sorted(found)]


def _imported_names(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            # `import a.b` makes the name `a`; `import a.b as c` makes `c` stand for `a.b`.
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            whole = {alias.asname or alias.name: alias.name for alias in node.names}
            names |= {short: f"{node.module}.{name}" for short, name in whole.items()}
    return names


def _impure(node: ast.AST, names: dict[str, str]) -> list[tuple[int, str]]:
    if isinstance(node, ast.Import):
        return [(node.lineno, alias.name) for alias in node.names if _closed(alias.name)]
    if isinstance(node, ast.ImportFrom):
        whole = [f"{node.module}.{alias.name}" for alias in node.names]
        return [(node.lineno, name) for name in whole if _closed(name) and not node.level]
    if isinstance(node, ast.Attribute | ast.Name):
        name = _full_name(node, names)
        asked = name in _NAMES or (isinstance(node, ast.Attribute) and node.attr in _METHODS)
        return [(node.lineno, name)] if asked else []
    return []


def _closed(name: str) -> bool:
    opened = any(name == module or name.startswith(f"{module}.") for module in _OPEN)
    return name in _NAMES or (name.partition(".")[0] in _MODULES and not opened)


def _full_name(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, names)}.{node.attr}"
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else ""
