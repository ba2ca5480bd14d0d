"""Traces: spans of requests, workflows, activities and transactions, sent by OTLP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.propagate import set_global_textmap
from opentelemetry.propagators.composite import CompositePropagator

from ledger.spans import trace_with
from settings import InvalidSettings, Settings

SERVICE = "duncan"
# What waits when a process ends has so long to leave it.
_LAST_MS = 3_000


@contextmanager
def traced(settings: Settings, process: str) -> Iterator[None]:
    """Send the spans of the block where OpenTelemetry's own variables (`OTEL_…`) say; else none.

    `process` is what the traces call it after the service. Raises InvalidSettings where they are
    asked for and the extra is missing.
    """
    if not settings.traces_asked_for:
        yield
        return
    try:
        # The extra, and a third of a second that only those wait who ask for it.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        from commands.observing.discreet import Discreet  # noqa: PLC0415
    except ImportError:
        raise InvalidSettings(
            "Traces are asked for (OTEL_EXPORTER_OTLP_ENDPOINT), and what sends them is not"
            " installed: pip install 'duncan[traces]', or unset it."
        ) from None
    ours, found = {"duncan.process": process}, Resource.create()
    if str(found.attributes["service.name"]).startswith("unknown_service"):
        ours["service.name"] = SERVICE
    provider = TracerProvider(resource=found.merge(Resource(ours)))
    provider.add_span_processor(BatchSpanProcessor(Discreet(OTLPSpanExporter())))
    # A stranger's request does not say which trace it belongs to, nor what else goes along.
    set_global_textmap(CompositePropagator([]))
    trace_with(provider)
    try:
        yield
    finally:
        trace_with(None)
        provider.force_flush(_LAST_MS)
        provider.shutdown()
