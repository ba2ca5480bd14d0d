"""Spans that leave the house say what was done and how long it took, and nothing of whom."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status

# Everything else may hold a name, an address or a number of an invoice: paths and queries of
# pages, ids of workflows, what an error says. The run's id finds the case in Temporal's pages.
KEPT = frozenset(
    {
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "temporalActivityID",
        "temporalRunID",
    }
)
_ERROR = "exception.type"


class Discreet(SpanExporter):
    """Hands spans on without what may be personal.

    That is every attribute that is not known to be harmless, the words of errors, and what links
    and events say.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand the spans on."""
        return self._exporter.export([_without_words(one) for one in spans])

    def shutdown(self) -> None:
        """End."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Hand on what waits."""
        return self._exporter.force_flush(timeout_millis)


def _without_words(span: ReadableSpan) -> ReadableSpan:
    told = span.attributes or {}
    kept = {name: value for name, value in told.items() if name in KEPT}
    for event in span.events:
        if event.attributes and _ERROR in event.attributes:
            kept["error.type"] = event.attributes[_ERROR]
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=kept,
        links=[Link(one.context) for one in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
