"""Asking the doctor."""

from __future__ import annotations

from typing import Any

from commands.doctor.examination import diagnose
from commands.doctor.finding import DoctorContext


async def looked(ctx: DoctorContext, *, repair: bool = False) -> dict[str, dict[str, Any]]:
    """The checks by id."""
    answer = await diagnose(ctx, repair=repair)
    assert answer["ok"] == all(check["ok"] for check in answer["checks"])
    return {check["id"]: check for check in answer["checks"]}
