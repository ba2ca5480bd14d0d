from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from httpx import AsyncClient

from console import serving
from console.serving import PortTaken, serve_console
from tests.console.small_ledger import SmallLedger


async def test_the_desk_serves_until_it_is_cancelled(ledger: SmallLedger) -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve_console(ledger.app(), port=0, ready=address.set_result))
    async with AsyncClient(base_url=await address) as browser:
        answer = await browser.get("/health")
        # The browser's connection is still open: that must not keep Duncan from ending.
        task.cancel()
        ended, _ = await asyncio.wait({task}, timeout=5)

    assert answer.status_code == 200
    assert ended == {task}
    assert task.cancelled()


async def test_it_listens_on_this_machine_only(ledger: SmallLedger) -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve_console(ledger.app(), port=0, ready=address.set_result))
    opened = await address
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert opened.startswith("http://127.0.0.1:")


async def test_a_taken_port_is_said_in_one_sentence(ledger: SmallLedger) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"cannot listen at 127\.0\.0\.1:{port}"):
            await serve_console(ledger.app(), port=port)


async def test_who_connects_and_asks_for_nothing_is_not_waited_for(
    ledger: SmallLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SILENCE_SECONDS", 0.1)
    async with served(ledger) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localh")
        said = await asyncio.wait_for(_all_of(reader), 5)
        writer.close()

    assert said == b""


async def test_too_many_at_once_are_told_to_come_again(
    ledger: SmallLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "CONNECTIONS", 3)
    async with served(ledger) as (host, port):
        idle = [await asyncio.open_connection(host, port) for _ in range(2)]
        async with AsyncClient(base_url=f"http://{host}:{port}") as browser:
            answer = await browser.get("/health")
        for _, writer in idle:
            writer.close()

    assert answer.status_code == 503


@pytest.mark.parametrize(
    ("proxies", "sender"), [(("127.0.0.0/8",), "203.0.113.9"), (("10.0.0.0/8",), "127.0.0.1")]
)
async def test_only_a_proxy_that_is_named_is_believed_for_whom_it_asks(
    proxies: tuple[str, ...], sender: str
) -> None:
    app, address = FastAPI(), asyncio.get_running_loop().create_future()

    @app.get("/")
    async def who(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.client.host if request.client else "")

    serving = serve_console(app, port=0, ready=address.set_result, proxies=proxies)
    task = asyncio.create_task(serving)
    async with AsyncClient(base_url=await address) as browser:
        answer = await browser.get("/", headers={"X-Forwarded-For": "203.0.113.9"})
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert answer.text == sender


@asynccontextmanager
async def served(ledger: SmallLedger) -> AsyncIterator[tuple[str, int]]:
    """The desk on a socket of its own."""
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve_console(ledger.app(), port=0, ready=address.set_result))
    host, _, port = (await address).removeprefix("http://").partition(":")
    yield host, int(port)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    # A connection that is cut says nothing more either.
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
