"""Spans of requests: the route and the answer, where traces are on."""

from __future__ import annotations

from fastapi.telemetry import TelemetryConfig
from starlette.types import Scope

from ledger.spans import provider

_UNTOLD = ("/health", "/static/")


def telemetry() -> TelemetryConfig:
    """What the web framework tells of requests: to our own traces only, and nothing else.

    Addresses of pages hold numbers, searches hold names: nobody else's collector gets them.
    """
    ours = provider()
    return {
        "tracing": ours is not None,
        "tracer_provider": ours,
        "exclude": _is_untold,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
    }


def _is_untold(scope: Scope) -> bool:
    return str(scope["path"]).startswith(_UNTOLD)
