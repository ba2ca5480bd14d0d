"""Serving the desk inside a running event loop, until the caller cancels it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from fastapi import FastAPI
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"
PORT = 8080
PROXIES = (HOST, "::1")
# A browser that keeps its connection open must not keep Duncan from ending.
GRACE_SECONDS = 2
# More connections at once are told to come again: each one holds a file of the whole process.
CONNECTIONS = 200
# A connection that asks for nothing in this time is closed.
SILENCE_SECONDS = 10


class PortTaken(Exception):  # noqa: N818 - a state of the world, worded for people
    """The desk cannot listen there; the message is one plain sentence."""


async def serve_console(
    app: FastAPI,
    host: str = HOST,
    port: int = PORT,
    ready: Callable[[str], None] | None = None,
    proxies: Sequence[str] = PROXIES,
) -> None:
    """Serve until cancelled; `ready` is called with the address once a browser may open it.

    Port 0 takes any free port. `proxies` are addresses and networks that say truly for whom they
    ask. Raises PortTaken.
    """
    listener = _listen(host, port)
    if ready:
        ready(_address(listener))
    config = Config(
        app,
        http=_Connection,
        limit_concurrency=CONNECTIONS,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=list(proxies),
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _GuestServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        # Pages that wait for news are told to come again before the server ends.
        app.state.is_closing = True
        server.should_exit = True
        await serving
        raise
    finally:
        listener.close()
        reads = getattr(app.state, "reads", None)
        if reads is not None:
            await asyncio.to_thread(reads.flush)


class _Connection(H11Protocol):
    """One connection, which has to ask for something soon."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give it some time."""
        super().connection_made(transport)
        self.loop.call_later(SILENCE_SECONDS, self._close_if_silent)

    def _close_if_silent(self) -> None:
        if self.cycle is None:
            self.transport.abort()


class _GuestServer(Server):
    """A server that leaves signals to whoever owns the event loop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Naming TCP makes asyncio send answers at once; otherwise each one waits some 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        why = error.strerror or error
        raise PortTaken(f"The console cannot listen at {host}:{port}: {why}.") from None
    listener.listen()
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
