"""Temporal for tests: one development server a run, one server with its own clock a test."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

_START_UP = timedelta(seconds=30)


@pytest_asyncio.fixture(scope="session")
async def dev_server() -> AsyncIterator[WorkflowEnvironment]:
    """A real Temporal server in memory, shared by the run: give ids and task queues of your own."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=_binary("temporal"),
        dev_server_log_level="error",
        dev_server_startup_timeout=_START_UP,
    ) as environment:
        yield environment


@pytest_asyncio.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal server that skips waiting time: a fresh one a test, since its clock is global."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=_binary("temporal-test-server"),
        test_server_startup_timeout=_START_UP,
    ) as environment:
        yield environment


def _binary(name: str) -> str | None:
    beside_python = Path(sysconfig.get_path("scripts")) / name
    return str(beside_python) if beside_python.exists() else shutil.which(name)
