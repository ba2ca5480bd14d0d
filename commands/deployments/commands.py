"""`duncan versions`: see the versions of the workers, ramp one, make one current."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from temporalio.client import Client
from temporalio.service import RPCError

from commands import printing
from commands.cases.answers import By, Json, installation_of
from commands.deployments.versions import make_current, ramp, versions_of
from commands.installation import Installation, run
from dunning.may import NotAllowed
from engine import connect
from workflows.build import build_id

T = TypeVar("T")
group = typer.Typer(help="Versions of the workers.", no_args_is_help=True)
Build = Annotated[
    str, typer.Argument(metavar="[BUILD]", help="Its build id; that of this code without.")
]


@group.command("list")
def list_command(context: typer.Context, json: Json = None) -> None:
    """List the versions that polled: which is current, which still has cases, which is drained."""
    installation = installation_of(context)
    deployment = _deployment(installation)
    found = _ask(installation, lambda client: versions_of(client, deployment))
    own = installation.settings.build_id or build_id()
    told = [one._asdict() | {"own": one.build == own} for one in found]
    if printing.answer({"deployment": deployment, "build": own, "versions": told}, json):
        return
    rows = [
        (
            one.build,
            one.state,
            f"{one.percent:g} %" if one.percent else "",
            "yes" if one.build == own else "",
        )
        for one in found
    ]
    printing.table(f"Workers of {deployment}", ("build", "state", "ramp", "this code"), rows)


@group.command()
def current(context: typer.Context, by: By, build: Build = "", json: Json = None) -> None:
    """Send every case to workers of a build: new ones at once, waiting ones when they wake."""
    installation = installation_of(context)
    deployment, chosen = _chosen(installation, by, build, "current")
    _ask(installation, lambda client: make_current(client, deployment, chosen))
    if not printing.answer({"deployment": deployment, "current": chosen}, json):
        printing.say(f"Cases go to {chosen} now.")


@group.command("ramp")
def ramp_command(
    context: typer.Context,
    percent: Annotated[float, typer.Argument(help="Share of the cases, 0 to 100.")],
    by: By,
    build: Annotated[str, typer.Option(help="Its build id; that of this code without.")] = "",
    json: Json = None,
) -> None:
    """Send a share of the cases to workers of a build; 0 takes it back."""
    installation = installation_of(context)
    deployment, chosen = _chosen(installation, by, build, "ramp")
    _ask(installation, lambda client: ramp(client, deployment, chosen, percent))
    told = {"deployment": deployment, "ramping": chosen, "percent": percent}
    if not printing.answer(told, json):
        printing.say(f"{percent:g} % of the cases go to {chosen}.")


def _chosen(installation: Installation, by: str, build: str, action: str) -> tuple[str, str]:
    deployment = _deployment(installation)
    installation.demand(by, "release_channel", f"versions {action}", build)
    return deployment, build or installation.settings.build_id or build_id()


def _deployment(installation: Installation) -> str:
    if not installation.settings.worker_deployment:
        raise NotAllowed(
            "The workers have no versions: set DUNCAN_WORKER_DEPLOYMENT to a name for them."
        )
    return installation.settings.worker_deployment


def _ask(installation: Installation, work: Callable[[Client], Awaitable[T]]) -> T:
    async def asked() -> T:
        return await work(await connect(installation.settings))

    try:
        return run(asked())
    except RPCError as error:
        raise NotAllowed(f"Temporal refused: {error.message}.") from None
