"""A mail server for tests: speaks just enough SMTP, and answers as it is told."""

from __future__ import annotations

import socketserver
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

GREETING, OK, GO_AHEAD, BYE = "220 test", "250 ok", "354 go ahead", "221 bye"
DROP = "drop"


@dataclass
class Script:
    """How the server answers; `DROP` closes the connection instead."""

    greeting: str = GREETING
    login: str = "235 welcome"
    sender: str = OK
    recipient: str = OK
    data: str = GO_AHEAD
    taken: str = OK
    seconds_before_taken: float = 0
    offers: tuple[str, ...] = ("250-AUTH PLAIN",)
    mails: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0


class _Talk(socketserver.StreamRequestHandler):
    """One conversation; `script` is set by the server it belongs to."""

    script: Script

    def handle(self) -> None:
        """Answer commands until one of them ends the conversation."""
        self.script.connections += 1
        goes_on = self._say(self.script.greeting)
        while goes_on and (line := self.rfile.readline().decode().strip()):
            goes_on = self._answer(line)

    def _answer(self, line: str) -> bool:
        verb, script = line.partition(" ")[0].upper(), self.script
        if verb == "RCPT":
            script.recipients.append(line)
        answers = {
            "EHLO": "\r\n".join(["250-test", *script.offers, "250 HELP"]),
            "AUTH": script.login,
            "MAIL": script.sender,
            "RCPT": script.recipient,
            "DATA": script.data,
            "QUIT": BYE,
        }
        said = self._say(answers.get(verb, OK))
        if said and verb == "DATA" and script.data == GO_AHEAD:
            return self._take()
        return said and verb != "QUIT"

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline().decode()) not in {".\r\n", ""}:
            # A line that begins with a dot is sent with one more.
            lines.append(line.removeprefix(".").replace("\r\n", "\n"))
        self.script.mails.append("".join(lines))
        time.sleep(self.script.seconds_before_taken)
        return self._say(self.script.taken)

    def _say(self, answer: str) -> bool:
        """Send the answer, or close the connection."""
        if answer != DROP:
            self.wfile.write(f"{answer}\r\n".encode())
        return answer != DROP


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who hangs up in the middle is no error of the server's."""


@contextmanager
def mail_server(script: Script) -> Iterator[int]:
    """Run a server that follows the script; yields its port on the loopback."""
    talk = type("Talk", (_Talk,), {"script": script})
    with _Server(("127.0.0.1", 0), talk) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
