"""Real delivery notices, complaints and automatic replies, from the webhook into the books."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from commands.mailroom.arrivals import mailroom_of
from fakes.inbound_mail import Envelope
from fakes.serving import running_fake
from ledger.correspondence import ReplyRow
from ledger.messages import MESSAGE
from ledger.tables import table
from tests.console.webhooks.conftest import House
from tests.console.webhooks.test_providers import posted_to
from tests.intake.mail.mails import BOUNCES, real_mails, without_bounces

REPLY = table(ReplyRow)
TO = Envelope(to=("reply@in.example",), sender="")


@pytest.mark.slow
@without_bounces
async def test_every_real_mail_passes_the_webhook_and_the_mailroom(house: House) -> None:
    mails = [path.read_bytes() for path in real_mails(BOUNCES)]
    with running_fake() as fake:
        async with posted_to(house, fake) as at:
            address = f"{at}/webhooks/sendgrid/mail"

            def post_all() -> Counter[int | None]:
                posted = (fake.inbound_mail(address, mime, TO) for mime in mails)
                return Counter(answer.status for answers in posted for answer in answers)

            answers = await asyncio.to_thread(post_all)
    mailroom_of(house.wiring).work(datetime.now(UTC))
    states = Counter(one.state for one in house.arrivals)
    with house.wiring.ledger.reading() as books:
        kinds = select(REPLY.c.kind, func.count().label("mails")).group_by(REPLY.c.kind)
        classed = {row.kind: row.mails for row in books.connection.execute(kinds)}
        answered = books.connection.execute(select(func.count()).select_from(MESSAGE)).scalar()
    sys.stdout.write(f"\n{len(mails)} real mails: {dict(answers)}, {dict(states)}, {classed}\n")

    assert answers == {200: len(mails)}
    assert states.keys() == {"handled"}
    # A machine's mail is never answered.
    assert answered == 0
