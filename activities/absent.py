"""A word of a letter that was not given."""

from __future__ import annotations

from jinja2 import StrictUndefined


class Absent(StrictUndefined):
    """A value that was not given: a template may ask for it in an ``if``, but not print it."""

    # Jinja types this as never returning; an ``if`` on a missing part is what we want to allow.
    def __bool__(self) -> bool:  # type: ignore[override]
        """Nothing there."""
        return False
