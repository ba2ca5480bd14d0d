"""The console on a socket of its own, and things that stand where it should be."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from console.app import create_app
from console.desk import Parts
from console.serving import serve_console
from console.webhooks.keys import WebhookKeys
from serving import webhook_keys
from settings import Settings
from worker import utc_now, wire


def free_address() -> str:
    """An address on this machine where nobody listens yet."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@asynccontextmanager
async def desk_at(settings: Settings) -> AsyncIterator[None]:
    """The console with its webhooks at its public address, as `duncan up` serves it."""
    wiring = wire(settings)
    parts = Parts(wiring.ledger, wiring.planner, settings.outbox_folder, "var")
    app = create_app(parts, utc_now, webhooks=WebhookKeys(**webhook_keys(settings)))
    ready = asyncio.Event()
    port = int(settings.public_url.rpartition(":")[2])
    serving = asyncio.create_task(serve_console(app, port=port, ready=lambda _: ready.set()))
    await asyncio.wait_for(ready.wait(), 10)
    try:
        yield
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        wiring.ledger.engine.dispose()


@contextmanager
def wall(read: int, posted: int, said: bytes = b"") -> Iterator[str]:
    """Something else that answers every GET and POST alike; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(read)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(posted)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Location", "/login")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
