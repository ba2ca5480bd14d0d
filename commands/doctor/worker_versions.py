"""The doctor's look at versions of the workers: cases go somewhere, and old code has no cases."""

from __future__ import annotations

from commands.deployments.versions import CURRENT, DRAINED, DRAINING, versions_of
from commands.doctor.finding import DoctorContext, Finding
from workflows.build import build_id


async def worker_versions(ctx: DoctorContext) -> Finding:
    """Which versions run, which one new cases go to, and which may be switched off."""
    deployment = ctx.settings.worker_deployment
    if not deployment:
        return Finding(ok=True, detail="The workers have no versions.")
    assert ctx.client is not None, "it relies on the check of Temporal"
    found = await versions_of(ctx.client, deployment)
    told = "; ".join(_told(one.build, one.state, one.percent) for one in found)
    if not any(one.state == CURRENT for one in found):
        why = "duncan versions current --by YOU sends them to this code"
        return Finding(ok=False, detail=f"New cases of {deployment} go nowhere: {why}. {told}")
    own = ctx.settings.build_id or build_id()
    if own not in {one.build for one in found}:
        told += f"; no worker of this code ({own}) polled yet"
    done = [one.build for one in found if one.state == DRAINED]
    if done:
        told += f". May be switched off: {', '.join(done)}"
    elif any(one.state == DRAINING for one in found):
        told += ". Leave draining workers running"
    return Finding(ok=True, detail=f"{told}.")


def _told(build: str, state: str, percent: float) -> str:
    return f"{build} is {state}" + (f" with {percent:g} %" if percent else "")
