from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from commands.observing.meters import Meters
from dunning.touch_facts import TouchWithheld
from ledger.ledger import Ledger
from tests.ledger.entries import open_case, paid

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
COUNTED = 'duncan_facts{kind="payment_applied"}'


@pytest.fixture(scope="module")
def endpoint() -> tuple[str, Runtime]:
    address = f"127.0.0.1:{_free_port()}"
    metrics = PrometheusConfig(bind_address=address)
    return f"http://{address}/metrics", Runtime(
        telemetry=TelemetryConfig(metrics=metrics, attach_service_name=False)
    )


def test_what_waits_and_what_happened_stands_beside_temporals_own_measures(
    ledger: Ledger, endpoint: tuple[str, Runtime]
) -> None:
    open_case(ledger)
    meters = Meters(ledger, endpoint[1].metric_meter)
    meters.measure(NOW)
    pay(ledger, 1)
    meters.measure(NOW + timedelta(seconds=15))

    told = measures(endpoint[0])
    assert told['duncan_waiting{kind="doorbells"}'] == 1
    assert told['duncan_waiting{kind="unknown"}'] == 0
    assert told['duncan_oldest_waiting_seconds{kind="doorbell"}'] == 15


def test_a_fact_is_counted_once_and_none_from_before_the_process(
    ledger: Ledger, endpoint: tuple[str, Runtime]
) -> None:
    open_case(ledger)
    pay(ledger, 1)
    before = measures(endpoint[0]).get(COUNTED, 0)
    meters = Meters(ledger, endpoint[1].metric_meter)
    meters.measure(NOW)

    pay(ledger, 2)
    for seconds in (15, 30):
        meters.measure(NOW + timedelta(seconds=seconds))

    assert measures(endpoint[0])[COUNTED] == before + 1


def test_withheld_touches_are_counted_by_their_reason(
    ledger: Ledger, endpoint: tuple[str, Runtime]
) -> None:
    open_case(ledger)
    meters = Meters(ledger, endpoint[1].metric_meter)
    meters.measure(NOW)
    withheld = TouchWithheld(at=NOW, by="duncan", step="s1", code="CAP", why="Enough this week.")
    ledger.transact(lambda books: books.record("I-1", withheld))
    meters.measure(NOW)

    assert measures(endpoint[0])['duncan_withheld{code="CAP"}'] >= 1


def pay(ledger: Ledger, number: int) -> None:
    ledger.transact(lambda books: books.record("I-1", paid(100, payment=f"P-{number}")))


def measures(url: str) -> dict[str, float]:
    lines = httpx.get(url).text.splitlines()
    told = [line.rsplit(" ", 1) for line in lines if line.startswith("duncan_")]
    return {name: float(value) for name, value in told}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
