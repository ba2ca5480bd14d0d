"""The proxy configuration of the documentation before two desks, as nginx itself reads it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response

from commands.people.sign_in import SignIns
from console.visit import SESSION
from settings import ROOT
from tests.console.served import served
from tests.console.small_ledger import NOW
from tests.console.team import Team
from tests.servers.requirement import lacking

CONFIGURATION = ROOT / "docs" / "deployment" / "nginx.conf"
# Where servers lie for those who are not root.
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


@pytest.fixture(autouse=True)
def _needs_nginx() -> None:
    if NGINX is None:
        lacking("nginx", "it is not installed")


@pytest_asyncio.fixture
async def address(team: Team, tmp_path: Path) -> AsyncIterator[str]:
    """The address of nginx before two desks over the same books."""
    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(served(team.books)) for _ in range(2)]
        with proxied(tmp_path, *desks) as proxy:
            yield proxy


def test_the_file_is_one_that_nginx_takes(tmp_path: Path) -> None:
    told = run(tmp_path, written(tmp_path, CONFIGURATION.read_text("utf-8")), "-t")

    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr


async def test_pages_and_news_come_through_at_once(address: str, team: Team) -> None:
    token = SignIns(team.books.wiring.ledger, NOW).trusted("viewer", "password")
    async with AsyncClient(base_url=address, cookies={SESSION: token}) as browser:
        page = await browser.get("/health")
        async with asyncio.timeout(5), browser.stream("GET", "/live?of=/") as news:
            first = await anext(news.aiter_lines())

    assert page.status_code == 200
    assert page.headers["server"].startswith("nginx")
    assert first == "retry: 3000"


# No desk counts who reads about the API: all that is refused here, the proxy refuses.
async def test_a_key_that_calls_too_often_is_told_so_as_every_call_is(address: str) -> None:
    key = {"Authorization": "Bearer of-nobody"}
    async with AsyncClient(base_url=address, headers=key, timeout=30) as program:

        async def calls(number: int) -> list[Response]:
            return [await program.get("/api/v1/openapi.json") for _ in range(number)]

        answers = await asyncio.gather(*(calls(45) for _ in range(8)))
    told = [one for some in answers for one in some if one.status_code == 429]

    assert told
    assert {one.headers["content-type"] for one in told} == {"application/problem+json"}
    assert {one.json()["code"] for one in told} == {"too_many"}
    assert {one.headers["retry-after"] for one in told} == {"1"}


async def test_what_the_proxy_refuses_is_one_plain_sentence(tmp_path: Path) -> None:
    with proxied(tmp_path, f"http://127.0.0.1:{free_port()}", "http://127.0.0.1:1") as proxy:
        async with AsyncClient(base_url=proxy) as browser:
            away = await browser.get("/")
        large = await announced(proxy, 2**30)

    assert away.text == "No desk answers at the moment: try again in a minute.\n"
    assert away.status_code == 502
    assert large.startswith("HTTP/1.1 413 ")
    assert large.endswith("\r\n\r\nThat file is too large: take it in on the command line.\n")


@contextmanager
def proxied(folder: Path, *desks: str) -> Iterator[str]:
    """The documented proxy before these desks, at a port of its own."""
    port, text = free_port(), CONFIGURATION.read_text("utf-8")
    places = dict(zip(("127.0.0.1:8080", "127.0.0.1:8081"), desks, strict=True))
    for documented, desk in {**places, "127.0.0.1:8000": f"127.0.0.1:{port}"}.items():
        assert text.count(documented) == 1
        text = text.replace(documented, desk.removeprefix("http://"))
    place = written(folder, text)
    started = run(folder, place)
    assert started.returncode == 0, started.stderr
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        run(folder, place, "-s", "stop")


async def announced(proxy: str, size: int) -> str:
    """The answer to a form that only says how large it is."""
    reader, writer = await asyncio.open_connection(*proxy.removeprefix("http://").split(":"))
    writer.write(f"POST /imports HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.readuntil(b".\n"), 5)
    writer.close()
    return answer.decode()


def written(folder: Path, text: str) -> Path:
    """A configuration in a folder that has what it needs."""
    (folder / "var" / "cluster").mkdir(parents=True)
    place = folder / "nginx.conf"
    place.write_text(text, "utf-8")
    return place


def run(folder: Path, place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What nginx says to a command about this configuration."""
    log = folder / "var" / "cluster" / "nginx.log"
    command = [NGINX or "nginx", "-p", str(folder), "-e", str(log), "-c", str(place), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def free_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
