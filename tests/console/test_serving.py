from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import pytest
from httpx import AsyncClient

from console.serving import PortTaken, serve_console
from tests.console.small_ledger import SmallLedger


async def test_the_desk_serves_until_it_is_cancelled(ledger: SmallLedger) -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_console(ledger.app(), port=0, ready=address.set_result))
    async with AsyncClient(base_url=await address) as browser:
        answer = await browser.get("/health")
        # The browser's connection is still open: that must not keep Duncan from ending.
        serving.cancel()
        ended, _ = await asyncio.wait({serving}, timeout=5)

    assert answer.status_code == 200
    assert ended == {serving}
    assert serving.cancelled()


async def test_it_listens_on_this_machine_only(ledger: SmallLedger) -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_console(ledger.app(), port=0, ready=address.set_result))
    opened = await address
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving

    assert opened.startswith("http://127.0.0.1:")


async def test_a_taken_port_is_said_in_one_sentence(ledger: SmallLedger) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"cannot listen at 127\.0\.0\.1:{port}"):
            await serve_console(ledger.app(), port=port)
