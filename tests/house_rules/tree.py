"""The files of the house: what Git tracks or would track, and the Python among them."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "activities",
    "commands",
    "console",
    "dunning",
    "fakes",
    "intake",
    "ledger",
    "replies",
    "workflows",
)
DOORS = (
    "engine.py",
    "serving.py",
    "settings.py",
    "settings_of_gateways.py",
    "settings_of_sign_in.py",
    "starter.py",
    "worker.py",
)
_NOT_OURS = {".git", ".venv", "var", "dist", "__pycache__"}


@cache
def files() -> tuple[str, ...]:
    """Paths relative to the root, with ``/``; without Git, all that is not generated."""
    listed = _tracked() if (ROOT / ".git").exists() and shutil.which("git") else _walked()
    return tuple(sorted(path for path in listed if (ROOT / path).is_file()))


def python_files() -> list[str]:
    """The Python files among them."""
    return [path for path in files() if path.endswith(".py")]


def product_files() -> list[str]:
    """The Python files of the rooms and the doors; not migrations, which list columns."""
    ours = [path for path in python_files() if path.split("/")[0] in ROOMS or path in DOORS]
    return [path for path in ours if "/migrations/versions/" not in path]


def read(path: str) -> str:
    """The text of a file; what is not UTF-8 shows as replacement characters."""
    return (ROOT / path).read_text("utf-8", errors="replace")


def _tracked() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    return listed.stdout.rstrip("\0").split("\0") if listed.returncode == 0 else _walked()


def _walked() -> list[str]:
    found: list[str] = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in _NOT_OURS and not name.endswith("_cache")]
        found += [(Path(folder) / name).relative_to(ROOT).as_posix() for name in names]
    return found
