"""Traces of a whole installation through a real engine: one story, and nobody's name in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.testing import WorkflowEnvironment

from commands.api_keys.actions import SCOPES, ApiKeyActions
from commands.mailroom.arrivals import mailroom_of
from commands.observing.discreet import Discreet
from commands.observing.traces import traced
from commands.people.demo_team import add_demo_team
from commands.sending.relay import relay_of
from console.app import create_app
from console.desk import Parts
from dunning.may import NotAllowed
from engine import connect
from ledger import spans
from ledger.spans import span_of, trace_with
from settings import InvalidSettings, Settings
from tests.commands.test_doctor_engine import namespace_of_its_own
from tests.commands.test_restoring import at_work, opened, opens, until_handed_over
from tests.console.webhooks.posting import KEYS, post_events, post_mail
from tests.playing import Post
from worker import running

SENIOR = "otto.brandt"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
MAIL = (
    b"From: Grace Hopper <grace@customer.example>\r\nMessage-ID: <m1@customer.example>\r\n"
    b"Subject: Re: I-1\r\n\r\nCall me on +44 7700 900123. Pellworth pays on Friday."
)
# Whoever is in the books, and how one would know them.
PERSONAL = ("I-1", "C-I-1", "grace", "hopper", "pellworth", "customer.example", "7700", "friday")


@dataclass(frozen=True)
class Story:
    """What was exported; each span by its id."""

    spans: Sequence[ReadableSpan]

    @property
    def by_id(self) -> Mapping[int, ReadableSpan]:
        return {one.context.span_id: one for one in self.spans if one.context}

    def named(self, name: str) -> list[ReadableSpan]:
        return [one for one in self.spans if one.name == name]

    def of_trace(self, of: ReadableSpan) -> set[str]:
        """The names of all spans of the same trace."""
        assert of.context is not None
        trace = of.context.trace_id
        return {one.name for one in self.spans if one.context and one.context.trace_id == trace}

    def linked_to(self, of: ReadableSpan) -> set[str]:
        """The names of spans of other traces that name the span's trace."""
        assert of.context is not None
        return {
            one.name
            for one in self.spans
            for link in one.links
            if link.context.trace_id == of.context.trace_id
        }

    def parent(self, of: ReadableSpan) -> str:
        return self.by_id[of.parent.span_id].name if of.parent else ""


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """Spans as they leave the house."""
    kept, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(Discreet(kept)))
    trace_with(provider)
    yield kept
    trace_with(None)
    provider.shutdown()


@pytest_asyncio.fixture
async def story(
    dev_server: WorkflowEnvironment, exporter: InMemorySpanExporter, tmp_path: Path
) -> AsyncIterator[Story]:
    """A message goes out, somebody pauses by the API, a webhook and a mail come in.

    The pause reaches another worker, which replays what was before.
    """
    namespace = (await namespace_of_its_own(dev_server)).namespace
    at = dev_server.client.service_client.config.target_host
    there = {"temporal_address": at, "temporal_namespace": namespace, "home": tmp_path}
    settings = Settings(_env_file=None, **there)  # type: ignore[call-arg, arg-type]  # Pydantic's own.
    client, post = await connect(settings), Post()
    with opened(settings, post) as wiring:
        opens(wiring, "I-1")
        async with at_work(client, wiring, settings):
            await until_handed_over(post, 1)
        now = datetime.now(UTC)
        add_demo_team(wiring.ledger, now)
        parts = Parts(wiring.ledger, wiring.planner, tmp_path, "", "", client, settings)
        desk = create_app(parts, lambda: now, hosts=("desk",), webhooks=KEYS)
        async with _asking(desk) as asking, running(client, wiring, settings, limited=False):
            key = ApiKeyActions(wiring.ledger, "setup", now).add(SENIOR, tuple(SCOPES))
            bearer = {"Authorization": f"Bearer {key}"}
            body = {"reason": "goodwill", "until": str(now.date() + timedelta(days=9))}
            to = "/api/v1/invoices/I-1/pause"
            paused = await asking.post(to, json=body, headers=bearer)
            assert paused.status_code == httpx.codes.OK, paused.text
            await relay_of(wiring, client).answer_all(now)
            await asking.get("/customers?q=Pellworth")
            assert (await post_events(asking, at=now)).status_code < httpx.codes.BAD_REQUEST
            assert (await post_mail(asking, MAIL, at=now)).status_code < httpx.codes.BAD_REQUEST
            await asyncio.to_thread(mailroom_of(wiring).work, now)
            await _until(exporter, "HandleSignal:ledger_changed")
        yield Story(exporter.get_finished_spans())


async def test_what_happens_to_a_case_is_told_as_one_story_and_without_names(story: Story) -> None:
    (pause,) = story.named("POST /api/v1/invoices/{invoice}/pause")
    (sent,) = story.named("RunActivity:send_touch")
    claimed = [one for one in story.spans if one.name.startswith("Ledger:Touches")]
    (events,) = story.named("POST /webhooks/sendgrid/events")
    (mail,) = story.named("POST /webhooks/sendgrid/mail")

    # From the API through the doorbell to the case.
    assert story.of_trace(pause) >= {"Doorbell", "SignalWithStartWorkflow:InvoiceCase"}
    assert "HandleSignal:ledger_changed" in story.linked_to(pause)
    assert story.parent(sent) == "StartActivity:send_touch"
    assert {story.parent(one) for one in claimed} == {"RunActivity:send_touch"}
    assert "Arrival:sendgrid_events" in story.of_trace(events)
    assert any(name.startswith("Arrival:") for name in story.of_trace(mail))
    # A worker that replays tells nothing twice.
    assert len(story.named("RunWorkflow:InvoiceCase")) == 1
    assert len(story.named("StartActivity:send_touch")) == 1
    written = "\n".join(one.to_json() for one in story.spans).casefold()
    assert [one for one in PERSONAL if one.casefold() in written] == []


def test_what_an_error_says_stays_here(exporter: InMemorySpanExporter) -> None:
    def refused(_: object) -> None:
        raise NotAllowed("Grace Hopper owes it")

    with pytest.raises(NotAllowed), spans.span("Outer"), span_of(refused):
        refused(None)
    told, _ = exporter.get_finished_spans()

    assert told.name == "Ledger:test_what_an_error_says_stays_here"
    assert not told.status.is_ok
    assert "Grace" not in told.to_json()


def test_a_transaction_that_is_part_of_nothing_is_not_told(exporter: InMemorySpanExporter) -> None:
    with span_of(test_a_transaction_that_is_part_of_nothing_is_not_told):
        assert not spans.carried()

    assert exporter.get_finished_spans() == ()


def test_without_a_place_to_send_them_to_there_are_no_spans(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]  # Pydantic's own.
    for off in ({}, {ENDPOINT: "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"}):
        with monkeypatch.context() as patch:
            patch.delenv(ENDPOINT, raising=False)
            for name, value in off.items():
                patch.setenv(name, value)
            with traced(settings, "worker"):
                assert spans.provider() is None
                assert not spans.carried()


def test_traces_without_the_extra_are_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]  # Pydantic's own.
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)

    with (
        pytest.raises(InvalidSettings, match=r"pip install 'duncan\[traces\]'"),
        traced(settings, "worker"),
    ):
        pass


def _asking(desk: object) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=desk)  # type: ignore[arg-type]  # An application.
    return httpx.AsyncClient(transport=transport, base_url="http://desk")


async def _until(exporter: InMemorySpanExporter, name: str) -> None:
    for _ in range(200):
        if any(one.name == name for one in exporter.get_finished_spans()):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"there was no span {name}")
