from __future__ import annotations

import pytest
from httpx import AsyncClient

from tests.console.small_ledger import SmallLedger
from tests.console.visiting import visiting

PAGES = ["/", "/invoices/INV-1", "/customers/C-1", "/messages", "/tasks", "/health", "/no-page"]


@pytest.mark.parametrize("address", [*PAGES, "/static/desk.css"])
async def test_nothing_comes_from_elsewhere_and_nothing_leaves(
    desk: AsyncClient, address: str
) -> None:
    headers = (await desk.get(address)).headers

    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("address", PAGES)
async def test_pages_are_not_kept_by_browsers(desk: AsyncClient, address: str) -> None:
    assert (await desk.get(address)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", PAGES[:-1])
async def test_pages_style_themselves_by_the_stylesheet_only(
    desk: AsyncClient, address: str
) -> None:
    page = (await desk.get(address)).text

    assert "style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script src="/static/desk.js" defer></script>')


async def test_a_letter_may_do_nothing_but_style_itself(
    desk: AsyncClient, ledger: SmallLedger
) -> None:
    headers = (await desk.get(f"/messages/{ledger.message_of('INV-1')}/letter")).headers

    assert headers["content-security-policy"].startswith("default-src 'none';")
    assert headers["content-security-policy"].endswith("; sandbox")
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", PAGES[:-1])
async def test_pages_can_only_be_read(desk: AsyncClient, method: str, address: str) -> None:
    assert (await desk.request(method, address)).status_code == 405


async def test_another_name_for_this_machine_is_refused(ledger: SmallLedger) -> None:
    async with visiting(ledger.app(), "books.attacker.example") as elsewhere:
        answer = await elsewhere.get("/")

    assert answer.status_code == 400
    assert "Halden" not in answer.text


@pytest.mark.parametrize("address", ["/docs", "/redoc", "/openapi.json", "/static/../app.py"])
async def test_there_is_nothing_beside_the_pages(desk: AsyncClient, address: str) -> None:
    assert (await desk.get(address)).status_code == 404


@pytest.mark.parametrize("address", ["/invoices/a%00b", "/?q=a%00b"])
async def test_a_nul_finds_nothing(desk: AsyncClient, address: str) -> None:
    assert (await desk.get(address)).status_code == 404


async def test_a_fault_of_ours_shows_no_insides(ledger: SmallLedger) -> None:
    def broken() -> None:
        raise RuntimeError("secret insides")

    app = ledger.app()
    app.add_api_route("/broken", broken)
    async with visiting(app) as desk:
        answer = await desk.get("/broken")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "The log says what." in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_no_collector_learns_what_is_read(
    ledger: SmallLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")

    assert not ledger.app()._native_telemetry.enabled()  # noqa: SLF001 - it has no public name
