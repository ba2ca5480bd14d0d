from __future__ import annotations

import json
from typing import Any

from httpx import AsyncClient, Response
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from commands.why.answer import told
from commands.why.why import why
from tests.console.calling import API, calling, invoice_at
from tests.console.small_ledger import NOW, ODD_NUMBER
from tests.console.team import Team

_PAUSE = {"reason": "goodwill"}
_INVOICE = {"invoice": "N-1", "customer": "C-1", "currency": "EUR", "amount": "1250.00"}
_DATED = _INVOICE | {"issue_date": "2026-05-01", "due_date": "2026-05-31"}
# One call of each operation that answers with 200 on the small ledger.
_CALLS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("get", "/invoices?limit=2", None),
    ("get", "/invoices/INV-1", None),
    ("get", "/invoices/INV-1/why?on=2026-04-10", None),
    ("get", "/customers", None),
    ("get", "/customers/C-1", None),
    ("get", "/payments", None),
    ("get", "/replies", None),
    ("get", "/reports/aging?as_of=2026-04-30", None),
    ("get", "/reports/kpis?from=2026-03-01&to=2026-04-30", None),
    ("get", "/reports/audits", None),
    ("get", "/customers/C-1/statement", None),
    ("post", "/customers", {"rows": [{"customer": "C-9", "name": "New Ltd", "country": "GB"}]}),
    ("post", "/invoices", {"rows": [_DATED]}),
    (
        "post",
        "/payments",
        {"rows": [{"date": "2026-05-02", "currency": "EUR", "amount": "1.00", "reference": "?"}]},
    ),
    ("post", "/invoices/INV-1/pause", _PAUSE),
    ("post", "/invoices/INV-1/resume", {}),
    ("post", "/invoices/INV-1/send-now", {}),
    ("post", "/invoices/INV-1/promise", {"date": "2026-05-08"}),
    ("post", "/invoices/INV-1/dispute", {"reason": "price", "amount": "10.00"}),
    ("post", "/disputes/INV-1%2F1/resolve", {"outcome": "upheld"}),
    ("post", "/invoices/INV-1/escalate", {"to": "ar_lead"}),
    ("post", "/customers/C-1/pause", _PAUSE),
    ("post", "/customers/C-1/resume", {}),
    ("post", "/customers/C-1/hold", {"code": "COMPLAINT", "why": "Complained."}),
]


async def test_every_answer_is_what_the_document_says(team: Team) -> None:
    async with calling(team, "associate") as client:
        document = await _document(client)
        assert document["openapi"].startswith("3.1")
        spec = OpenAPI.from_dict(document)
        for method, path, body in _CALLS:
            answer = await client.request(method, f"{API}{path}", json=body)

            assert answer.status_code == 200, (path, answer.text)
            _check(spec, method, path, body, answer)


async def test_why_answers_as_the_command_does(team: Team) -> None:
    wiring = team.books.wiring
    with wiring.ledger.reading() as books:
        expected = told(why(books, wiring.planner, ODD_NUMBER, None, NOW))
    async with calling(team, "auditor", ["read"]) as client:
        today = (await client.get(invoice_at(ODD_NUMBER, "/why"))).json()
        before = (await client.get(invoice_at("INV-1", "/why?on=2026-03-01"))).json()

    assert today["answer"] == expected["answer"]
    assert today["invoice"] == ODD_NUMBER
    assert before["code"] == "NOT_FOLLOWED"
    assert not before["sent"]


async def test_pages_follow_each_other_without_gap_or_repetition(team: Team) -> None:
    seen: list[str] = []
    async with calling(team, "viewer", ["read"]) as client:
        whole = (await client.get(f"{API}/invoices")).json()
        after = ""
        while after is not None:
            page = (await client.get(f"{API}/invoices", params={"limit": 1, "after": after})).json()
            seen += [one["invoice"] for one in page["invoices"]]
            after = page["next"]

    assert seen == [one["invoice"] for one in whole["invoices"]]
    assert len(set(seen)) == len(seen) > 3


async def test_rows_pass_the_checks_of_imports_and_bad_ones_keep_no_good_ones_out(
    team: Team,
) -> None:
    bad = _DATED | {"invoice": "N-2", "due_date": "2026-02-31"}
    async with calling(team, "associate") as client:
        first = (await client.post(f"{API}/invoices", json={"rows": [_DATED, bad]})).json()
        again = (await client.post(f"{API}/invoices", json={"rows": [_DATED]})).json()
        more = _DATED | {"amount": "1300.00"}
        changed = (await client.post(f"{API}/invoices", json={"rows": [more]})).json()
        case = (await client.get(invoice_at("N-1"))).json()

    assert (first["accepted"], [one["row"] for one in first["rejected"]]) == (1, [3])
    assert (again["accepted"], again["unchanged"]) == (0, 1)
    assert changed["updated"] == 1
    assert (case["balance"], case["facts"][0]["by"]) == ("1300.00", "associate")


async def _document(client: AsyncClient) -> dict[str, Any]:
    return dict((await client.get(f"{API}/openapi.json")).json())


def _check(
    spec: OpenAPI, method: str, path: str, body: dict[str, Any] | None, answer: Response
) -> None:
    bare, _, query = path.partition("?")
    args = dict(one.split("=") for one in query.split("&") if one)
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": "Bearer key"}
    request = MockRequest(
        "http://127.0.0.1",
        method,
        f"{API}{bare}",
        args=args,
        headers=headers,
        data=data,
        content_type="application/json",
    )
    spec.validate_request(request)
    spec.validate_response(
        request, MockResponse(answer.content, answer.status_code, content_type="application/json")
    )
