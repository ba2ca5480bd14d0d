"""Somebody who takes posts: notes each one, and answers as told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Post:
    """One post as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Listener:
    """`answers` are the statuses of the next posts; 200 when there are none left."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on the loopback while the block runs."""
    listener = Listener()
    handler = type("Handler", (_Handler,), {"listener": listener})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        listener.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield listener
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    listener: Listener

    def do_POST(self) -> None:
        """Note and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.listener.posts.append(Post(self.path, dict(self.headers), body))
        self.send_response(self.listener.answers.pop(0) if self.listener.answers else 200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"<Response/>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""
