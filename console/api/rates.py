"""How often a key may call: so many calls at once, and so many a second in the long run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from secrets import token_hex
from threading import Lock
from time import monotonic

from starlette.requests import Request

from commands.people.sign_in import network_of

_MOST_REMEMBERED = 10_000


@dataclass
class Rates:
    """A bucket for each key, full at first. Each process counts its own calls."""

    at_once: int
    a_second: float
    clock: Callable[[], float] = monotonic
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait_seconds(self, key: str) -> int:
        """0 when the key may call now, which counts; else after how many seconds it may."""
        now = self.clock()
        with self._lock:
            left = self._left(key, now)
            may = left >= 1
            if key not in self._buckets and len(self._buckets) >= _MOST_REMEMBERED:
                self._buckets.clear()
            self._buckets[key] = (left - 1 if may else left, now)
        return 0 if may else int((1 - left) / self.a_second) + 1

    def is_empty(self, key: str) -> bool:
        """Whether the key has to wait; asking does not count."""
        with self._lock:
            return self._left(key, self.clock()) < 1

    def _left(self, key: str, now: float) -> float:
        left, since = self._buckets.get(key, (float(self.at_once), now))
        return min(left + (now - since) * self.a_second, float(self.at_once))


def sender_of(request: Request) -> str:
    """Who is counted. A proxy that does not say for whom it asks is as good as nobody known."""
    address = request.client.host if request.client else ""
    try:
        is_near = ip_address(address).is_private
    except ValueError:
        is_near = True
    return f"near:{token_hex(8)}" if is_near else network_of(address)
