from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import Request
from httpx import AsyncClient
from starlette.requests import ClientDisconnect
from starlette.types import Message

from console.webhooks.bodies import Room, read_body
from console.webhooks.refusals import Refused
from console.webhooks.sendgrid import LARGEST_MAIL
from tests.console.webhooks.conftest import House
from tests.console.webhooks.posting import KEY, post_mail, post_sms

SOON = timedelta(milliseconds=50)
BIG = 100_000


def request_of(*chunks: bytes | None, length: str = "") -> Request:
    """A post of these chunks; at None the sender hangs up, after the last one it says no more."""
    messages: list[Message] = [
        {"type": "http.disconnect"}
        if chunk is None
        else {"type": "http.request", "body": chunk, "more_body": True}
        for chunk in chunks
    ]

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("nobody ends the wait")

    headers = [(b"content-length", length.encode())] if length else []
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def refusal_of(request: Request, room: Room | None = None) -> int:
    """The status with which a body of at most BIG bytes is not taken."""
    with (room or Room()).place() as place, pytest.raises(Refused) as raised:
        await read_body(request, place, BIG, SOON)
    return raised.value.status


async def test_what_is_announced_too_large_is_not_read() -> None:
    assert await refusal_of(request_of(None, length=str(BIG + 1))) == 413


async def test_what_becomes_too_large_is_read_no_further() -> None:
    assert await refusal_of(request_of(b"x" * BIG, b"x", None)) == 413
    assert await refusal_of(request_of(b"x" * BIG, b"x", None, length="5")) == 413


async def test_who_posts_too_slowly_is_asked_to_come_again() -> None:
    assert await refusal_of(request_of(b"x")) == 503


async def test_who_hangs_up_is_left() -> None:
    with Room().place() as place, pytest.raises(ClientDisconnect):
        await read_body(request_of(b"x", None), place, BIG)


async def test_all_posts_together_hold_so_much_and_no_more() -> None:
    room = Room(limit=2 * BIG)
    with room.place() as another:
        another.put(b"x" * (2 * BIG - 1))

        assert await refusal_of(request_of(b"x" * BIG), room) == 503
        with room.place() as little:
            little.put(b"a text message")
    assert room.held == 0


async def test_thirty_megabytes_are_taken_and_more_is_not(house: House, door: AsyncClient) -> None:
    mail = b"x" * (30 * 1024 * 1024)
    taken = await post_mail(door, mail)
    larger = await post_mail(door, mail + b"x" * 1024 * 1024)
    [stored] = house.arrivals

    assert (taken.status_code, larger.status_code) == (200, 413)
    assert len(mail) < len(stored.body) <= LARGEST_MAIL


async def test_a_size_that_is_not_announced_is_counted(house: House, door: AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += BIG
            yield b"x" * BIG

    headers = {"Content-Type": "application/json"} | KEY.headers(b"")
    answer = await door.post("/webhooks/sendgrid/events", content=endless(), headers=headers)

    assert answer.status_code == 413
    assert sent < 5 * 1024 * 1024
    assert house.arrivals == []


async def test_an_empty_and_an_enormous_text_message(house: House, door: AsyncClient) -> None:
    empty = await post_sms(door, MessageSid="SM1", Body="")
    longest = await post_sms(door, MessageSid="SM2", Body="汉" * 1600)
    larger = await post_sms(door, MessageSid="SM3", Body="x" * 70_000)
    many = await post_sms(door, MessageSid="SM4", **{f"f{n}": "" for n in range(600)})

    statuses = [answer.status_code for answer in (empty, longest, larger, many)]
    assert statuses == [200, 200, 413, 403]
    assert len(house.arrivals) == 2
