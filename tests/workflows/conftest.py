"""The stage of the dated stories."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from tests.stories import Stage, staged
from tests.workflows.promises import assert_promises_are_kept


@pytest_asyncio.fixture
async def stage(time_skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Stage]:
    """A fresh installation at the start of the story; afterwards every promise must be kept."""
    async with staged(time_skipping, tmp_path) as stage:
        yield stage
        assert_promises_are_kept(stage)
