"""The doctor's look at versions of the policies: what is in force, and whether the files say so."""

from __future__ import annotations

import asyncio

from activities.policy_content import digest_of, manifest_of, read_files
from commands.doctor.finding import DoctorContext, Finding
from dunning.may import NotAllowed


async def policy_versions(ctx: DoctorContext) -> Finding:
    """Whether the version in force is as it was kept, and edited files have no effect unnoticed."""
    return await asyncio.to_thread(_found, ctx)


def _found(ctx: DoctorContext) -> Finding:
    versions = ctx.versions
    if versions is None:
        return Finding(ok=True, detail="No version is kept yet; the first start takes the files.")
    try:
        current = versions.at(ctx.now)
        files = read_files(ctx.settings.policies, ctx.settings.letters)
    except NotAllowed as refusal:
        return Finding(ok=False, detail=str(refusal))
    content = digest_of(manifest_of(files))
    in_force = f"Version {current.version} of the policies is in force"
    if content == current.content:
        return Finding(ok=True, detail=f"{in_force}, and the files say the same.")
    same = [one.version for one in versions.all() if one.content == content]
    if same:
        return Finding(ok=True, detail=f"{in_force}; the files are those of version {same[-1]}.")
    how = "they have no effect until they are drafted and approved (duncan policy draft)"
    return Finding(ok=False, detail=f"{in_force}, but the files differ from it: {how}.")
