"""The worker: wires the rooms together and runs workflows, activities and the doorbell relay."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.calendars import Calendars
from activities.clock import EngineClock
from activities.conditions import Watch
from activities.disputes import Disputes
from activities.experiments import Experiments
from activities.gateways.chosen import choose
from activities.gateways.interface import Gateway
from activities.gateways.outbox import OutboxGateway
from activities.letters import Letters
from activities.outgoing import ReplyAddresses
from activities.planning import Planner, Planning
from activities.policy_versions import PolicyVersions
from activities.tasks import Tasks
from activities.touches import Touches
from activities.upkeep import Job, Upkeeping
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from settings import Settings
from workflows.build import build_id
from workflows.contract import CASE_QUEUE, CHANNEL_QUEUES, UPKEEP_QUEUE
from workflows.dispute import DisputeCase
from workflows.invoice import InvoiceCase
from workflows.sandbox import Sandbox
from workflows.upkeep import Upkeep

SANDBOX = Sandbox()

# What is being handed over when Ctrl-C comes is confirmed first.
GRACE = timedelta(seconds=20)


def utc_now() -> datetime:
    """The door's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Wiring:
    """The rooms of one installation, put together."""

    ledger: Ledger
    planner: Planner
    letters: Letters
    gateways: Mapping[str, Gateway]
    clock: EngineClock = field(default_factory=EngineClock)
    addresses: ReplyAddresses = field(default_factory=ReplyAddresses)


def wire(settings: Settings) -> Wiring:
    """Put an installation together; creates or upgrades its books.

    Raises InvalidPolicy, with the problems of all files, when a policy cannot be used, and
    InvalidSettings when messages cannot go out the way the settings say.
    """
    ledger = Ledger(open_engine(settings.books_url))
    upgrade(ledger.engine)
    now, calendars = utc_now(), Calendars()
    versions = PolicyVersions(ledger, settings.home / "policy_versions")
    current = versions.begin(settings.policies, settings.letters, now)
    ours = calendars.calendar_of(current.policies.entity(""), now.year)
    watch = Watch(current.policies.sending, ours)
    experiments = Experiments(ledger)
    planner = Planner(current.policies, calendars, watch, versions, experiments)
    gateways = choose(settings, OutboxGateway(ledger, settings.outbox_folder))
    secrets = tuple(secret.get_secret_value() for secret in settings.reply_secrets)
    addresses = ReplyAddresses(settings.inbound_domain, secrets)
    return Wiring(ledger, planner, current.letters, gateways, addresses=addresses)


@asynccontextmanager
async def running(
    client: Client,
    wiring: Wiring,
    settings: Settings,
    *,
    limited: bool = True,
    jobs: Sequence[Job] = (),
) -> AsyncIterator[None]:
    """Run every worker of this process until the block ends; sending is rate-limited when live.

    Without jobs, as in a rehearsal, no upkeep is done.
    """
    with ThreadPoolExecutor(settings.send_threads * 3) as threads:
        async with AsyncExitStack() as stack:
            for worker in _workers(client, wiring, settings, threads, limited=limited):
                await stack.enter_async_context(worker)
            if jobs:
                await stack.enter_async_context(_upkeep_worker(client, settings, jobs))
            yield


def _workers(
    client: Client, wiring: Wiring, settings: Settings, threads: Executor, *, limited: bool
) -> Iterator[Worker]:
    """One worker for clocks and planning, and one for each channel, with its rate."""
    yield _case_worker(client, wiring, settings, threads)
    ledger, planner, clock = wiring.ledger, wiring.planner, wiring.clock
    touches = Touches(ledger, planner, wiring.letters, wiring.gateways, clock, wiring.addresses)
    rates = {"email": settings.email_per_second, "sms": settings.sms_per_second}
    for channel in CHANNEL_QUEUES:
        yield Worker(
            client,
            task_queue=channel,
            activities=[touches.send_touch],
            activity_executor=threads,
            max_concurrent_activities=settings.send_threads,
            max_task_queue_activities_per_second=rates[channel] if limited else None,
            graceful_shutdown_timeout=GRACE,
            deployment_config=_version(settings, VersioningBehavior.AUTO_UPGRADE),
        )


def _case_worker(client: Client, wiring: Wiring, settings: Settings, threads: Executor) -> Worker:
    ledger, planner, clock = wiring.ledger, wiring.planner, wiring.clock
    planning = Planning(ledger, planner, clock)
    return Worker(
        client,
        task_queue=CASE_QUEUE,
        workflows=[InvoiceCase, DisputeCase],
        workflow_runner=SANDBOX,
        activities=[
            planning.plan_next_step,
            planning.record_fact,
            Tasks(ledger, planner, clock).hand_to_people,
            Disputes(ledger, planner, clock).follow_dispute,
        ],
        activity_executor=threads,
        max_concurrent_activities=settings.send_threads,
        graceful_shutdown_timeout=GRACE,
        deployment_config=_version(settings, VersioningBehavior.AUTO_UPGRADE),
    )


def _upkeep_worker(client: Client, settings: Settings, jobs: Sequence[Job]) -> Worker:
    """A worker of its own: a long job keeps no case waiting."""
    return Worker(
        client,
        task_queue=UPKEEP_QUEUE,
        workflows=[Upkeep],
        workflow_runner=SANDBOX,
        activities=[Upkeeping(jobs).run_job],
        max_concurrent_activities=1,
        graceful_shutdown_timeout=GRACE,
        deployment_config=_version(settings, VersioningBehavior.PINNED),
    )


def _version(settings: Settings, behavior: VersioningBehavior) -> WorkerDeploymentConfig | None:
    """The version these workers poll as; None where the installation has no versions."""
    if not settings.worker_deployment:
        return None
    build = settings.build_id or build_id()
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.worker_deployment, build),
        use_worker_versioning=True,
        default_versioning_behavior=behavior,
    )
