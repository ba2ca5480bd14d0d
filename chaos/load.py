"""What the world does meanwhile: an ERP's calls that are repeated until answered, and replies."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from random import Random
from typing import Any

import httpx

from chaos import place as places
from chaos.crowd import AMOUNT, CURRENCY, Debtor, customer_rows, invoice_rows
from chaos.place import Place
from commands.doctor.webhooks import MAIL
from fakes.fake_providers import FakeProviders
from fakes.inbound_mail import Envelope
from fakes.posting import Manner
from fakes.records import Sent

BATCHES = 8
# Customers are taken in so long before their moments begin, where the run is long enough.
_AHEAD_SECONDS = 20
_PATIENCE_SECONDS = 15
_AGAIN_SECONDS = 1.0
_TAKEN, _IN_PROGRESS, _TOO_MANY, _SERVER_FAILS = range(200, 300), 409, 429, 500
_HELD_STAGES = {"promise": "promised", "dispute": "disputed", "pause": "paused"}
_ACTIONS = ("payment", "payment", "promise", "dispute", "pause", "")
_REPLY_SHARE = 0.25
_REPLIES = (
    "We will pay this invoice on {day}.",
    "The goods never arrived, we are not going to pay for them.",
    "Please send me a copy of the invoice.",
    "I am out of the office until next week.",
    "We paid this last week.",
)


@dataclass
class Acknowledged:
    """What the API or a webhook said it had taken: nothing of this may ever be missing."""

    debtors: dict[str, Debtor] = field(default_factory=dict)
    # Invoice → what stopped it.
    stopped: dict[str, str] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class Load:
    """The world outside, from the seed's own dice."""

    desk: str
    key: str
    where: Place
    fake: FakeProviders
    seed: int
    known: Acknowledged = field(default_factory=Acknowledged)

    async def run(self, debtors: Sequence[Debtor]) -> None:
        """Take customers in batch by batch, act on their cases, and answer what they get."""
        size = -(-len(debtors) // BATCHES)
        batches = [list(debtors[at : at + size]) for at in range(0, len(debtors), size)]
        replying = asyncio.create_task(self._reply())
        async with httpx.AsyncClient(base_url=self.desk, timeout=_PATIENCE_SECONDS) as client:
            await self._play(client, batches)
        await _until(self.where.last_moment, 0)
        replying.cancel()
        await asyncio.gather(replying, return_exceptions=True)

    async def _play(self, client: httpx.AsyncClient, batches: Sequence[list[Debtor]]) -> None:
        async with asyncio.TaskGroup() as group:
            for batch in batches:
                await _until(self.where.moment(batch[0].slot), _AHEAD_SECONDS)
                group.create_task(self._take_in(client, batch, group))

    async def _take_in(
        self, client: httpx.AsyncClient, batch: list[Debtor], group: asyncio.TaskGroup
    ) -> None:
        name = batch[0].customer
        for kind, rows in (
            ("customers", customer_rows(batch, self.where)),
            ("invoices", invoice_rows(batch, self.where)),
        ):
            await self._insist(client, f"/{kind}", {"rows": rows}, f"{kind} {name}")
        self.known.debtors.update({one.invoice: one for one in batch})
        self.known.counts["invoices"] += len(batch)
        for one in batch:
            group.create_task(self._act(client, one))

    async def _act(self, client: httpx.AsyncClient, one: Debtor) -> None:
        random = Random(f"{self.seed} {one.customer}")
        action = random.choice(_ACTIONS)
        if not action:
            return
        # Some before the customer's moment, some within the second, some long after.
        width = random.choice((0.001, 0.02, 0.2))
        moment = min(max(one.slot + random.uniform(-width, width), 0), self.where.loaded)
        await _until(self.where.moment(moment), 0)
        if action == "payment":
            await self._pay(client, one)
            return
        body = {
            "promise": {"date": self.where.due(-5)},
            "dispute": {"reason": "not_received"},
            "pause": {"reason": "internal_query", "until": self.where.due(-9)},
        }[action]
        if await self._insist(client, f"/invoices/{one.invoice}/{action}", body, one.invoice):
            self.known.stopped[one.invoice] = action
            self.known.counts[action] += 1

    async def _pay(self, client: httpx.AsyncClient, one: Debtor) -> None:
        row = {
            "payment": f"P-{one.invoice}",
            "date": self.where.due(0),
            "currency": CURRENCY,
            "amount": AMOUNT,
            "reference": one.invoice,
        }
        await self._insist(client, "/payments", {"rows": [row]}, f"P-{one.invoice}")
        self.known.stopped[one.invoice] = "payment"
        self.known.counts["payment"] += 1

    async def _insist(
        self, client: httpx.AsyncClient, path: str, body: dict[str, Any], name: str
    ) -> bool:
        """Call until it is taken or refused, as a careful caller does; whether it was taken."""
        for round_ in range(1_000):
            headers = {"Authorization": f"Bearer {self.key}"}
            headers["Idempotency-Key"] = f"{name}-{round_ // 10}".replace(" ", "-")
            try:
                answer = await client.post(f"/api/v1{path}", json=body, headers=headers)
            except httpx.HTTPError:
                self.known.counts["calls without an answer"] += 1
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            if answer.status_code in _TAKEN:
                return True
            if answer.status_code == _IN_PROGRESS and await self._is_held(client, path):
                return True
            if answer.status_code < _SERVER_FAILS and answer.status_code not in (
                _IN_PROGRESS,
                _TOO_MANY,
            ):
                self.known.counts[f"refused {path.rpartition('/')[2]}"] += 1
                return False
            self.known.counts["calls made again"] += 1
            await asyncio.sleep(_AGAIN_SECONDS)
        raise AssertionError(f"{path} was never answered")

    async def _is_held(self, client: httpx.AsyncClient, path: str) -> bool:
        """Whether the case shows that an action was done whose answer was lost."""
        case, _, action = path.rpartition("/")
        if action not in _HELD_STAGES:
            return False
        try:
            headers = {"Authorization": f"Bearer {self.key}"}
            answer = await client.get(f"/api/v1{case}", headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success and answer.json().get("stage") == _HELD_STAGES[action]

    async def _reply(self) -> None:
        random = Random(f"{self.seed} replies")
        seen = 0
        async with asyncio.TaskGroup() as group:
            while True:
                sent = self.fake.sent[seen:]
                seen += len(sent)
                for one in sent:
                    if one.channel == "email" and random.random() < _REPLY_SHARE:
                        group.create_task(self._write(one, random.choice(_REPLIES)))
                await asyncio.sleep(0.5)

    async def _write(self, sent: Sent, text: str) -> None:
        mail = EmailMessage()
        number = len(self.known.replies) + self.known.counts["replies under way"]
        self.known.counts["replies under way"] += 1
        to = str(sent.payload.get("reply_to", {}).get("email") or sent.sender)
        mail["From"], mail["To"] = sent.to, to
        mail["Subject"] = f"Re: {sent.subject}"
        mail["Message-ID"] = f"<{number}.{self.seed}@customer.example>"
        mail.set_content(text.format(day=self.where.due(-4)))
        envelope = Envelope((to,), sent.to, dkim="{@customer.example : pass}")
        while True:
            answers = await asyncio.to_thread(
                self.fake.inbound_mail,
                f"{self.desk}{MAIL}",
                mail.as_bytes(),
                envelope,
                Manner(duplicated=number % 5 == 0),
            )
            if any(one.status in _TAKEN for one in answers):
                break
            await asyncio.sleep(_AGAIN_SECONDS)
        self.known.replies.append(str(mail["Message-ID"]))
        self.known.counts["replies under way"] -= 1
        self.known.counts["replies"] += 1


async def _until(moment: datetime, ahead_seconds: float) -> None:
    await asyncio.sleep(max((moment - places.now()).total_seconds() - ahead_seconds, 0))
