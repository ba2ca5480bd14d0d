"""Spans: the name and the duration of a piece of work, where traces are on; nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from opentelemetry.trace import Tracer, TracerProvider, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

# How a span is named to other processes (W3C Trace Context). What else a trace may carry along
# can hold anything, so that nothing else goes from one process to the next.
W3C = TraceContextTextMapPropagator()
_HEADER = "traceparent"


@dataclass
class _Chosen:
    provider: TracerProvider | None = None
    tracer: Tracer | None = None


_chosen = _Chosen()


def trace_with(provider: TracerProvider | None) -> None:
    """Give this process's spans to the provider from now on; without one there are none."""
    _chosen.provider = provider
    _chosen.tracer = provider.get_tracer("duncan") if provider else None


def provider() -> TracerProvider | None:
    """Who takes the spans of this process; None where traces are off."""
    return _chosen.provider


def tracer() -> Tracer | None:
    """What makes our own spans; None where traces are off."""
    return _chosen.tracer


def span(name: str, carried: str = "") -> AbstractContextManager[object]:
    """Time a block as part of the span that is under way, or of the one that was `carried` here."""
    if _chosen.tracer is None:
        return nullcontext()
    parent = W3C.extract({_HEADER: carried}) if carried else None
    return _chosen.tracer.start_as_current_span(name, parent, record_exception=False)


def span_of(work: Callable[..., object]) -> AbstractContextManager[object]:
    """The same for a part of what is traced, named after the code: never after what it is given.

    What looks around every second, with no span above it, makes none.
    """
    if _chosen.tracer is None or not get_current_span().get_span_context().is_valid:
        return nullcontext()
    plain = getattr(work, "func", work)
    name = getattr(plain, "__qualname__", type(plain).__name__)
    return span(f"Ledger:{name.partition('.<locals>')[0]}")


def carried() -> str:
    """What lets another process go on with the span that is under way; empty without one."""
    found: dict[str, str] = {}
    if _chosen.tracer is not None:
        W3C.inject(found)
    return found.get(_HEADER, "")
