"""Worker and desk in processes of their own, beside an engine they share."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from temporalio.testing import WorkflowEnvironment

from tests.workflows.namespaces import client_of_its_own

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


async def test_worker_and_desk_run_apart_and_end_when_told_to(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    client = await client_of_its_own(dev_server)
    settings = {
        "DUNCAN_HOME": str(tmp_path),
        "DUNCAN_TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "DUNCAN_TEMPORAL_NAMESPACE": client.namespace,
    }
    with running("worker", **settings) as worker:
        assert said(worker).startswith(f"Works for {client.namespace} at ")
        with running("console", "--port", "0", **settings) as desk:
            page = said(desk).split()[-1]
            health = await asyncio.to_thread(httpx.get, f"{page}/health", timeout=20)

            assert (health.status_code, health.json()["temporal"]["ok"]) == (200, True)
            assert ended(desk) == 0
        assert ended(worker) == 0


def test_a_worker_alone_asks_for_a_server_to_share(tmp_path: Path) -> None:
    with running("worker", DUNCAN_HOME=str(tmp_path), DUNCAN_TEMPORAL_ADDRESS="") as worker:
        _, complaint = worker.communicate(timeout=PATIENCE_SECONDS)

        assert complaint.startswith("A worker alone needs a Temporal server")
        assert worker.returncode == 1


def test_the_desk_opens_while_temporal_is_away(tmp_path: Path) -> None:
    settings = {"DUNCAN_HOME": str(tmp_path), "DUNCAN_TEMPORAL_ADDRESS": "127.0.0.1:1"}
    with running("console", "--port", "0", **settings) as desk:
        health = httpx.get(f"{said(desk).split()[-1]}/health", timeout=20)

        assert health.status_code == 503
        assert health.json()["books"]["ok"] is True
        assert ended(desk) == 0


@contextmanager
def running(*words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "starter.py", *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    """The first line it says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ended(process: subprocess.Popen[str]) -> int:
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert time.monotonic() - started < PATIENCE_SECONDS
    return process.returncode
