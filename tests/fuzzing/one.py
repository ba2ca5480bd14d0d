"""Fuzzes one target in a process of its own: a crash, a hang or a flood of memory ends it.

python -m tests.fuzzing.one TARGET [libFuzzer options]
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(
    include=["activities", "commands", "console", "dunning", "intake", "replies"]
):
    from tests.fuzzing.targets import TARGETS


def main() -> None:
    """Feed the target until libFuzzer's options say to stop."""
    name, *words = sys.argv[1:]
    atheris.Setup(words, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
