from __future__ import annotations

from dataclasses import replace

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from console.app import create_app
from console.desk import Parts
from ledger.engine import open_engine
from ledger.ledger import Ledger
from tests.console.small_ledger import NOW, SmallLedger
from tests.console.visiting import visiting


async def _health(parts: Parts) -> tuple[int, dict[str, object]]:
    async with visiting(create_app(parts, lambda: NOW)) as desk:
        answer = await desk.get("/health")
    return answer.status_code, answer.json()


def _parts(ledger: SmallLedger) -> Parts:
    wiring = ledger.wiring
    return Parts(wiring.ledger, wiring.planner, ledger.outbox, "var/small")


async def test_books_without_an_engine_are_healthy_and_say_so(ledger: SmallLedger) -> None:
    status, answer = await _health(_parts(ledger))

    assert status == 200
    assert answer["ok"] is True
    assert answer["temporal"] == {"ok": None, "detail": "no engine belongs to these books"}
    assert answer["doorbells_waiting"] == 6, "one for each case that nobody told Temporal of"


async def test_books_that_cannot_be_read_are_not_healthy(ledger: SmallLedger) -> None:
    empty = Ledger(open_engine("sqlite://"))
    status, answer = await _health(replace(_parts(ledger), ledger=empty))

    assert status == 503
    assert answer["ok"] is False
    assert answer["doorbells_waiting"] is None
    assert answer["books"] == {
        "ok": False,
        "detail": "the books cannot be read (OperationalError)",
    }


async def test_temporal_that_is_away_is_not_healthy(ledger: SmallLedger) -> None:
    away = await Client.connect("127.0.0.1:1", lazy=True)
    parts = replace(_parts(ledger), client=away)
    status, answer = await _health(parts)

    assert status == 503
    assert answer["books"] == {"ok": True, "detail": "the books can be read"}
    assert answer["temporal"] == {"ok": False, "detail": "Temporal does not answer (RuntimeError)"}


async def test_temporal_that_answers_is_healthy(
    ledger: SmallLedger, dev_server: WorkflowEnvironment
) -> None:
    status, answer = await _health(replace(_parts(ledger), client=dev_server.client))

    assert status == 200
    assert answer["temporal"] == {"ok": True, "detail": "Temporal answers"}


async def test_an_invoice_links_its_workflow_where_temporal_has_pages(
    ledger: SmallLedger, dev_server: WorkflowEnvironment
) -> None:
    parts = replace(_parts(ledger), client=dev_server.client)
    app = create_app(parts, lambda: NOW, "http://127.0.0.1:8233")
    async with visiting(app) as desk:
        page = (await desk.get("/invoices/INV-1")).text

    address = "http://127.0.0.1:8233/namespaces/default/workflows/invoice%3AINV-1"
    assert f'href="{address}"' in page
