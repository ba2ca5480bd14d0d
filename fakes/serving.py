"""Serves the doubles on a real socket, from a thread of their own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from fakes.accounts import Providers
from fakes.app import create_fake
from fakes.fake_providers import FakeProviders

HOST = "127.0.0.1"


@contextmanager
def running_fake(
    providers: Providers | None = None, host: str = HOST, port: int = 0
) -> Iterator[FakeProviders]:
    """Serve both doubles until the block ends; port 0 takes any free port. Raises OSError."""
    providers = providers or Providers()
    # Naming TCP makes asyncio send answers at once; otherwise each one waits some 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
        url = f"http://{host}:{listener.getsockname()[1]}"
        fake = FakeProviders(providers, url)
        with _served(fake, listener):
            yield fake


class _Line(H11Protocol):
    """One connection, which the application can cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Hand the connection on to the application."""
        super().connection_made(transport)
        self.app_state = {"transport": transport}


class _Server(Thread):
    """Serves on a listening socket; ends at once, whoever is still connected."""

    def __init__(self, fake: FakeProviders, listener: socket.socket) -> None:
        super().__init__(name="fake providers")
        self._listener = listener
        self._config = Config(create_fake(fake), lifespan="off", log_config=None, ws="none")
        self._state = ServerState()
        self._ended: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.listens = Event()

    def run(self) -> None:
        """Serve until stopped."""
        try:
            asyncio.run(self._serve())
        finally:
            # Whoever waits for the start must not wait for ever if there is none.
            self.listens.set()

    def stop(self) -> None:
        """End from another thread."""
        assert self._loop is not None
        assert self._ended is not None
        self._loop.call_soon_threadsafe(self._ended.set)
        self.join()

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._config.load()
        server = await self._loop.create_server(self._line, sock=self._listener)
        self.listens.set()
        await self._ended.wait()
        server.close()
        for connection in list(self._state.connections):
            connection.transport.abort()
        # Whoever still waits or drips sees that the caller is gone, and ends.
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        await server.wait_closed()

    def _line(self) -> _Line:
        return _Line(self._config, self._state, {})


@contextmanager
def _served(fake: FakeProviders, listener: socket.socket) -> Iterator[None]:
    server = _Server(fake, listener)
    server.start()
    server.listens.wait()
    try:
        yield
    finally:
        server.stop()
