"""Serving the desk inside a running event loop, until the caller cancels it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from uvicorn import Config, Server

HOST = "127.0.0.1"
PORT = 8080
# A browser that keeps its connection open must not keep Duncan from ending.
GRACE_SECONDS = 2


class PortTaken(Exception):  # noqa: N818 - a state of the world, worded for people
    """The desk cannot listen there; the message is one plain sentence."""


async def serve_console(
    app: FastAPI,
    host: str = HOST,
    port: int = PORT,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until cancelled; `ready` is called with the address once a browser may open it.

    Port 0 takes any free port. Raises PortTaken.
    """
    listener = _listen(host, port)
    if ready:
        ready(_address(listener))
    config = Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _GuestServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
    finally:
        listener.close()


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
