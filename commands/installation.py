"""One installation as a command finds it: its settings, its books, and whether its engine runs."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from temporalio.service import RPCError

from activities.policies import load_policies
from commands import printing
from commands.authority import demand
from commands.cases.actions import Actions
from commands.cases.call_actions import CallActions
from commands.cases.plan_actions import PlanActions
from commands.cases.task_actions import TaskActions
from dunning.may import NotAllowed
from engine import EngineAway, connect
from settings import InvalidSettings, Settings
from worker import Wiring, utc_now, wire

T = TypeVar("T")


@dataclass(frozen=True)
class Installation:
    """What a command works on."""

    settings: Settings

    @cached_property
    def wiring(self) -> Wiring:
        """The rooms, put together when they are first needed."""
        return wire(self.settings)

    def actions(self, by: str) -> Actions:
        """The actions of a person, now."""
        return Actions(self.wiring.ledger, self.wiring.planner, by, utc_now())

    def task_actions(self, by: str) -> TaskActions:
        """The actions of a person at tasks, now."""
        return TaskActions(self.wiring.ledger, self.wiring.planner, by, utc_now())

    def plan_actions(self, by: str) -> PlanActions:
        """The actions of a person at payment plans, now."""
        return PlanActions(self.wiring.ledger, self.wiring.planner, by, utc_now())

    def call_actions(self, by: str) -> CallActions:
        """The actions of a person who called, now."""
        return CallActions(self.wiring.ledger, self.wiring.planner, by, utc_now())

    def demand(self, by: str, right: str, action: str, about: str) -> None:
        """Ask for a right where no class of actions does. Raises NoAuthority, and records it."""
        demand(self.wiring.ledger, by, right, action, about, utc_now())

    def known_policy(self, name: str) -> None:
        """Raises NotAllowed, naming the policies there are, when this is none of them."""
        try:
            load_policies(self.settings.policies).policy(name)
        except LookupError as error:
            raise NotAllowed(str(error.args[0])) from None

    def check_letters(self) -> None:
        """Refuse the team's own letters now when one cannot be written, not when it is to be sent.

        Those that come with Duncan were checked before they came. Raises NotAllowed.
        """
        if self.settings.letters == Settings.model_fields["letters"].default:
            return
        problems = self.wiring.letters.check()
        if problems:
            raise NotAllowed(f"The letters cannot be used. {' '.join(problems[:5])}")

    def tell_engine(self, waiting: int | None = None) -> str:
        """Answer the doorbells; the sentence says what is left when the engine is away."""
        try:
            run(self._answer(waiting))
        except (NotAllowed, InvalidSettings) as refused:
            return f"Recorded. {refused}"
        except (EngineAway, RPCError) as away:
            reason = str(away) if isinstance(away, EngineAway) else "Temporal did not answer."
            return f"Recorded. {reason} It will be acted on when Temporal is back (duncan up)."
        return ""

    async def _answer(self, waiting: int | None) -> None:
        # What only reads starts sooner without all that works beside the relay.
        from commands.observing.traces import traced  # noqa: PLC0415
        from commands.restoring.memory import refuse_others  # noqa: PLC0415
        from commands.sending.relay import relay_of  # noqa: PLC0415

        with traced(self.settings, "command"):
            client = await connect(self.settings)
            await refuse_others(client, self.wiring.ledger)
            relay = relay_of(self.wiring, client)
            with printing.progress("telling Temporal", waiting) as bar:
                while answered := await relay.answer(utc_now()):
                    bar.advance(bar.task_ids[0], answered)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run the engine's asynchronous part of a command."""
    return asyncio.run(work)
