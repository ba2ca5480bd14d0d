from __future__ import annotations

import json
import time

from fakes.courier import telling
from fakes.fake_providers import FakeProviders
from tests.fakes.callers import Callers, mail
from tests.fakes.listening import Listener


def _wait_for(desk: Listener, posts: int) -> None:
    deadline = time.monotonic() + 5
    while len(desk.posts) < posts and time.monotonic() < deadline:
        time.sleep(0.01)


def test_messages_are_told_of_without_being_asked(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    with telling(fake, f"{desk.url}/events", every_seconds=0.02):
        callers.post_mail(mail())
        callers.post_text(status_callback=f"{desk.url}/status?a=T-1")
        callers.post_text(status_callback=None)
        _wait_for(desk, 3)
        time.sleep(0.1)

    mails = [post for post in desk.posts if post.path == "/events"]
    texts = [post for post in desk.posts if post.path == "/status?a=T-1"]
    assert [event["event"] for event in json.loads(mails[0].body)] == ["processed", "delivered"]
    assert [post.form["MessageStatus"] for post in texts] == ["sent", "delivered"]
    assert len(desk.posts) == 3


def test_news_wait_for_a_desk_that_is_away(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    desk.answers = [503, 503]
    callers.post_mail(mail())
    with telling(fake, desk.url, every_seconds=0.02):
        _wait_for(desk, 3)
        time.sleep(0.1)

    assert len(desk.posts) == 3
    assert len({post.body for post in desk.posts}) == 1
