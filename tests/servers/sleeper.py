"""The smallest workflow that waits and calls an activity."""

from __future__ import annotations

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
def greet(name: str) -> str:
    """Answer with a greeting."""
    return f"Good morning, {name}"


@workflow.defn
class Sleeper:
    """Sleeps, then greets."""

    @workflow.run
    async def run(self, name: str, seconds: float) -> str:
        """Sleep for some seconds of the server's clock, then greet."""
        await workflow.sleep(timedelta(seconds=seconds))
        timeout = timedelta(seconds=30)
        return await workflow.execute_activity(greet, name, start_to_close_timeout=timeout)
