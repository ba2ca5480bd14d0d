"""The time of a rehearsal's engine."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.testing import WorkflowEnvironment

_LONGEST_DAY = timedelta(minutes=30)


async def sleep_until(engine: WorkflowEnvironment, moment: datetime) -> None:
    """Let the engine skip to the moment; a day with very much to do may take it minutes."""
    nap = moment - await engine.get_current_time()
    if nap > timedelta(0):
        request = SleepRequest(duration=Duration(seconds=math.ceil(nap.total_seconds())))
        await engine.client.test_service.unlock_time_skipping_with_sleep(
            request, timeout=_LONGEST_DAY
        )
