"""Faults of ours, as they are logged: where they happened, without what was being handled."""

from __future__ import annotations

import traceback
from pathlib import Path

_PLACES = 6


def traced(error: BaseException) -> str:
    """The kind of an error and the places it came through, the innermost last.

    Its message and the values around it may say what a customer wrote: they are left out.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    places = (f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames)
    return f"{type(error).__name__} at {', '.join(places)}"
