"""What can go wrong between a caller and a provider, to be asked for call by call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Literal

from fakes.records import Call, Channel

When = Literal["before", "after"]


@dataclass(frozen=True)
class Fault:
    """How an answer deviates from the provider's own; what is not set stays as it is.

    Waits first, then closes the connection or answers. Without a `status` and with the connection
    kept, the call is processed and answered as always, only slower or in drops.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    wait_seconds: float = 0
    drip_seconds: float = 0
    # "close" ends the connection politely, "reset" with a TCP reset; neither answers.
    connection: Literal["keep", "close", "reset"] = "keep"

    @property
    def swallows(self) -> bool:
        """Whether the provider's own answer never leaves."""
        return self.status is not None or self.connection != "keep"


def answers(
    status: int, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Fault:
    """This status; the body is the provider's usual one for it where none is given."""
    return Fault(status=status, body=body, headers=headers or {})


def too_many(reset_at: int | None = None, retry_after: int | None = None) -> Fault:
    """429; `reset_at` in epoch seconds, `retry_after` in seconds. Real ones often send neither."""
    limits = {"X-RateLimit-Limit": "600", "X-RateLimit-Remaining": "0"}
    reset = {} if reset_at is None else limits | {"X-RateLimit-Reset": str(reset_at)}
    after = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(status=429, headers=reset | after)


def redirects(location: str = "/elsewhere") -> Fault:
    """302; the default place answers whatever comes with a success, to lure who follows."""
    return Fault(status=302, headers={"Location": location}, body=b"")


def stalls(seconds: float) -> Fault:
    """Silence for so long. Who hangs up before it is over gets nothing processed any more."""
    return Fault(wait_seconds=seconds)


def drips(seconds_a_byte: float) -> Fault:
    """The right answer, its body byte by byte."""
    return Fault(drip_seconds=seconds_a_byte)


def hangs_up() -> Fault:
    """The connection is closed without an answer."""
    return Fault(connection="close")


def resets() -> Fault:
    """The connection is reset without an answer."""
    return Fault(connection="reset")


def talks_nonsense(status: int = 200, body: bytes = b"<html>It works!</html>") -> Fault:
    """A success that no provider of ours would write."""
    return Fault(status=status, body=body, headers={"Content-Type": "text/html"})


def sends(call: Call) -> bool:
    """Whether the call wants a message sent."""
    return call.is_send


def any_call(_call: Call) -> bool:
    """Every call."""
    return True


@dataclass(frozen=True)
class PlannedFault:
    """A fault for the next `times` calls that match (None: until forgotten)."""

    fault: Fault
    channel: Channel | None
    when: When
    times: int | None
    matching: Callable[[Call], bool]

    def meets(self, call: Call) -> bool:
        """Whether this call is to suffer it."""
        return self.channel in {None, call.channel} and self.matching(call)


class FaultPlan:
    """The faults still to come; the one planned first strikes first."""

    def __init__(self) -> None:
        self._planned: list[PlannedFault] = []
        self._lock = Lock()

    def plan(self, planned: PlannedFault) -> None:
        """Add a fault behind the others."""
        with self._lock:
            self._planned.append(planned)

    def take(self, call: Call) -> PlannedFault | None:
        """The fault of this call, used up once; None where all goes well."""
        with self._lock:
            found = next((planned for planned in self._planned if planned.meets(call)), None)
            if found is not None and found.times is not None:
                self._use_up(found, found.times - 1)
            return found

    def forget(self) -> None:
        """Let all go well again."""
        with self._lock:
            self._planned.clear()

    def _use_up(self, planned: PlannedFault, left: int) -> None:
        place = self._planned.index(planned)
        self._planned[place : place + 1] = [replace(planned, times=left)] if left else []
