"""Versions of the workers as Temporal knows them: Worker Deployments and their versions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import VersionDrainageStatus, WorkerDeploymentVersionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from dunning.may import NotAllowed

CURRENT, RAMPING, DRAINING, DRAINED, NEW = "current", "ramping", "draining", "drained", "new"
_STATES = {
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: CURRENT,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: RAMPING,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: DRAINING,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: DRAINED,
}
WHOLE = 100


class Version(NamedTuple):
    """A version of the workers: its build id, its state, and its share while it is ramped."""

    build: str
    state: str
    percent: float


async def versions_of(client: Client, deployment: str) -> list[Version]:
    """Every version that ever polled, newest first; none where the deployment is unknown."""
    request = DescribeWorkerDeploymentRequest(
        namespace=client.namespace, deployment_name=deployment
    )
    try:
        found = await client.workflow_service.describe_worker_deployment(request)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return []
        raise
    return _versions(found.worker_deployment_info)


async def make_current(client: Client, deployment: str, build: str) -> None:
    """Send new cases, and every waiting one when it next wakes, to workers of this build.

    Raises NotAllowed when nobody of this build polls, or not everywhere yet.
    """
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=deployment,
        build_id=await _known(client, deployment, build),
        identity=client.identity,
    )
    with _taking_over(build):
        await client.workflow_service.set_worker_deployment_current_version(request)


async def ramp(client: Client, deployment: str, build: str, percent: float) -> None:
    """Send so many per cent of the cases to this build; 0 ends the ramp.

    Raises NotAllowed for another share, and when nobody of this build polls, or not everywhere yet.
    """
    if not 0 <= percent <= WHOLE:
        raise NotAllowed("A share is between 0 and 100 per cent.")
    known = await _known(client, deployment, build)
    request = SetWorkerDeploymentRampingVersionRequest(
        namespace=client.namespace,
        deployment_name=deployment,
        build_id=known if percent else "",
        percentage=percent,
        identity=client.identity,
    )
    with _taking_over(build):
        await client.workflow_service.set_worker_deployment_ramping_version(request)


@contextmanager
def _taking_over(build: str) -> Iterator[None]:
    """The engine refuses a build that does not poll everywhere the current one does."""
    try:
        yield
    except RPCError as error:
        if error.status != RPCStatusCode.FAILED_PRECONDITION:
            raise
        raise NotAllowed(
            f"Workers of build {build} do not take all the work of the current build yet: "
            "start all of them, wait a few seconds, and ask again."
        ) from error


async def _known(client: Client, deployment: str, build: str) -> str:
    known = [one.build for one in await versions_of(client, deployment)]
    if build not in known:
        raise NotAllowed(
            f"No worker of build {build} polled as {deployment}; known: {', '.join(known) or '-'}."
        )
    return build


def _versions(told: WorkerDeploymentInfo) -> list[Version]:
    ramped = told.routing_config.ramping_deployment_version.build_id
    percent = told.routing_config.ramping_version_percentage
    newest = sorted(told.version_summaries, key=lambda one: -one.create_time.ToNanoseconds())
    found = []
    for one in newest:
        build = one.deployment_version.build_id
        state = _STATES.get(one.status, NEW)
        drained = VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED
        if state == DRAINING and one.drainage_info.status == drained:
            state = DRAINED
        found.append(Version(build, state, percent if build == ramped else 0.0))
    return found
