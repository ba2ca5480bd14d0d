"""A console process that only takes webhooks: `python -m` with the books' URL and a public key."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from console.serving import serve_console
from console.webhooks.app import create_webhooks
from console.webhooks.keys import WebhookKeys
from ledger.engine import open_engine
from ledger.ledger import Ledger
from settings import ROOT
from tests.console.webhooks.posting import KEY, NOW


@dataclass(frozen=True)
class Serving:
    """A running process and where it listens."""

    process: subprocess.Popen[str]
    host: str
    port: int

    @property
    def memory(self) -> int:
        """What it holds in memory, in bytes."""
        with open(f"/proc/{self.process.pid}/statm") as statm:  # noqa: PTH123 - not a file
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def serving(url: str) -> Iterator[Serving]:
    """Serve in a process of its own, and kill that with no chance to tidy up."""
    command = [sys.executable, "-m", __name__, url, KEY.public]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        host, _, port = process.stdout.readline().strip().removeprefix("http://").partition(":")
        yield Serving(process, host, int(port))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _serve(url: str, key: str) -> None:
    ledger = Ledger(open_engine(url))
    keys = WebhookKeys(sendgrid_events=(key,), sendgrid_inbound=(key,))
    webhooks = create_webhooks(ledger, keys, lambda: NOW, {})
    asyncio.run(serve_console(webhooks, port=0, ready=lambda page: print(page, flush=True)))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2])
