"""The servers every test may ask for, and how Hypothesis looks for counter-examples."""

from __future__ import annotations

import gc
import signal

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers.browser", "tests.servers.postgres", "tests.servers.temporal"]

# A busy machine is slow, not wrong: only the examples decide.
settings.register_profile("duncan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("duncan")


def pytest_configure() -> None:
    """Let a run that is told to end stop its servers first, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Spare the collector what was just imported and collected.

    Walking it takes over a second, and the engine gives a workflow two before it calls it stuck.
    """
    gc.collect()
    gc.freeze()
