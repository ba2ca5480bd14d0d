"""Keeping what a frozen value works out: what `functools.cached_property` does, without its lock.

Two threads that ask at once both work it out, to the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as kept
else:

    class kept:  # noqa: N801 - reads like `property` where it is used
        """A question about a value whose answer stays in the value's own `__dict__`."""

        def __init__(self, question: Any) -> None:  # noqa: ANN401 - a method of any class
            self._question, self.__doc__ = question, question.__doc__

        def __set_name__(self, kind: type[Any], name: str) -> None:
            self._name = name

        def __get__(self, value: Any, kind: type[Any] | None = None) -> Any:  # noqa: ANN401 - whatever it answers
            if value is None:
                return self
            answer = value.__dict__[self._name] = self._question(value)
            return answer


__all__ = ["kept"]
