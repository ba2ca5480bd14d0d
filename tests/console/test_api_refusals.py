from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.api.numbers import cursor, place
from console.api.rates import Rates
from console.reading.paging import DamagedLink
from tests.console.calling import API, calling
from tests.console.team import Team

_PAUSE = {"reason": "goodwill"}
_INVOICE = {"invoice": "N-1", "customer": "C-1", "currency": "EUR", "amount": "1250.00"}
_DATED = _INVOICE | {"issue_date": "2026-05-01", "due_date": "2026-05-31"}


async def test_every_refusal_is_a_problem_with_one_sentence(team: Team) -> None:
    refused = [
        ("get", "/invoices/NONE", None, 404, "unknown"),
        ("get", "/nothing", None, 404, "http"),
        ("delete", "/invoices/INV-1", None, 405, "http"),
        ("get", "/invoices?after=%C3%A4", None, 400, "damaged"),
        ("get", "/invoices/INV-1/why?on=tomorrow", None, 422, "invalid"),
        ("get", "/invoices/INV-1/why?on=2099-12-31", None, 400, "damaged"),
        ("get", "/invoices/INV-1/why?on=9999-12-31", None, 422, "invalid"),
        ("get", "/reports/aging?as_of=0001-01-01", None, 422, "invalid"),
        ("get", "/reports/kpis?from=2026-05-01&to=2026-04-01", None, 422, "period"),
        ("get", "/customers/NONE/statement", None, 404, "unknown"),
        (
            "post",
            "/invoices/INV-1/pause",
            {"reason": "system", "until": "9999-12-31"},
            422,
            "invalid",
        ),
        ("post", "/invoices/INV-1/pause", {"reason": "because"}, 422, "refused"),
        ("post", "/invoices/INV-1/pause", {"reason": "goodwill", "x": 1}, 422, "invalid"),
        ("post", "/invoices/INV-1/pause", {"reason": "good\0will"}, 422, "invalid"),
        (
            "post",
            "/invoices/INV-1/promise",
            {"date": "2026-05-08", "amount": "1e9"},
            422,
            "invalid",
        ),
        ("post", "/invoices/INV-1/proposal/approve", {}, 403, "not_authorized"),
        ("post", "/disputes/nonsense/resolve", {"outcome": "upheld"}, 404, "unknown"),
    ]
    async with calling(team, "associate") as client:
        for method, path, body, status, code in refused:
            answer = await client.request(method, f"{API}{path}", json=body)
            found = answer.json()

            assert (answer.status_code, found["code"]) == (status, code), (path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert found["detail"].endswith("."), path


async def test_what_is_too_much_or_too_deep_is_refused(team: Team) -> None:
    deep = "[" * 100_000
    async with calling(team, "associate") as client:
        headers = {"Content-Type": "application/json"}
        nested = await client.post(f"{API}/invoices", content=deep, headers=headers)
        large = await client.post(f"{API}/invoices", content=b" " * 4_000_001, headers=headers)
        rows = await client.post(f"{API}/payments", json={"rows": []})

    assert nested.status_code in {400, 422}
    assert large.status_code == 413
    assert rows.status_code == 422
    assert {one.headers["content-type"] for one in (nested, rows)} == {"application/problem+json"}


def test_a_key_that_calls_too_often_waits_and_then_may_again() -> None:
    at = [0.0]
    rates = Rates(2, 0.5, lambda: at[0])

    assert [rates.wait_seconds("a") for _ in range(3)] == [0, 0, 3]
    assert rates.wait_seconds("b") == 0
    at[0] = 2.0
    assert rates.wait_seconds("a") == 0


async def test_who_tries_keys_is_slowed_down_and_who_has_one_is_not(team: Team) -> None:
    async with calling(team, "viewer") as client:
        wrong = {"Authorization": f"Bearer duncan_{'0' * 12}_{'x' * 43}"}
        tried = [await client.get(f"{API}/invoices", headers=wrong) for _ in range(31)]
        known = await client.get(f"{API}/invoices")

    assert [one.status_code for one in tried] == [401] * 30 + [429]
    assert int(tried[-1].headers["retry-after"]) >= 1
    assert known.status_code == 200


@given(st.text(max_size=50))
def test_a_cursor_is_read_as_it_was_written_or_refused(key: str) -> None:
    if "\0" in key or any("\ud800" <= c <= "\udfff" for c in key):
        return

    assert place(cursor(key)) == key


@given(st.text(max_size=30))
def test_any_other_cursor_is_refused_in_words(text: str) -> None:
    try:
        found = place(text)
    except DamagedLink as refused:
        found = str(refused)

    assert isinstance(found, str)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
_PATHS = (
    "/customers",
    "/invoices",
    "/payments",
    "/invoices/INV-1/pause",
    "/invoices/INV-1/resume",
    "/invoices/INV-1/promise",
    "/invoices/INV-1/dispute",
    "/disputes/INV-1%2F1/resolve",
    "/invoices/INV-1/escalate",
    "/customers/C-1/hold",
    "/replies/R-1/handled",
)


async def test_text_that_cannot_be_kept_is_refused_in_rows_too(team: Team) -> None:
    async with calling(team, "associate") as client:
        for name, raw in {
            "lone half": '"\\ud800"',
            "NUL": '"N\\u0000"',
            "long": f'"{"x" * 5000}"',
        }.items():
            row = json.dumps(_DATED).replace('"N-1"', raw)
            answer = await client.post(
                f"{API}/invoices",
                content=f'{{"rows": [{row}]}}',
                headers={"Content-Type": "application/json"},
            )
            taken = answer.json().get("accepted", 0)

            assert (answer.status_code in {200, 400, 422}, taken) == (True, 0), (name, answer.text)


async def test_nothing_that_is_sent_makes_the_api_fail(team: Team) -> None:
    bodies: list[Any] = []

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_JSON, st.sampled_from(["", "reason", "date", "amount", "rows", "outcome", "note"]))
    def collect(found: Any, name: str) -> None:  # noqa: ANN401 - any JSON there is
        bodies.append({name: found} if name else found)

    collect()
    async with calling(team, "associate") as client:
        for number, body in enumerate(bodies):
            path = _PATHS[number % len(_PATHS)]
            answer = await client.post(f"{API}{path}", json=body)

            assert answer.status_code < 500, (path, body)
