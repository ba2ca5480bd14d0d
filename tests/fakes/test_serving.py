from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack

import pytest

from fakes import faults
from fakes.accounts import Providers, accounts_of
from fakes.fake_providers import FakeProviders
from fakes.serving import running_fake
from tests.fakes.callers import Callers, mail


def test_it_is_gone_when_the_block_ends() -> None:
    threads = set(threading.enumerate())
    with running_fake() as fake:
        Callers(fake).post_mail(mail())
        address = ("127.0.0.1", int(fake.url.rpartition(":")[2]))

    assert set(threading.enumerate()) == threads
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=1)


def test_it_ends_at_once_whoever_still_waits() -> None:
    with ExitStack() as doubles:
        fake = doubles.enter_context(running_fake())
        fake.fault(faults.stalls(60))
        with socket.create_connection(("127.0.0.1", int(fake.url.rpartition(":")[2]))) as caller:
            caller.sendall(b"POST /v3/mail/send HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            _until_called(fake)
            started = time.monotonic()
            doubles.close()

            assert time.monotonic() - started < 1
            assert caller.recv(1) == b""


def test_it_listens_on_this_machine_only(fake: FakeProviders) -> None:
    assert fake.url.startswith("http://127.0.0.1:")


def test_two_doubles_are_strangers() -> None:
    with running_fake() as one, running_fake() as other:
        Callers(one).post_mail(mail())

        assert (len(one.sent), len(other.sent)) == (1, 0)
        assert one.sendgrid_key != other.sendgrid_key


def test_a_block_that_fails_ends_it_too() -> None:
    threads = set(threading.enumerate())
    with pytest.raises(KeyError), running_fake():
        raise KeyError

    assert set(threading.enumerate()) == threads


def test_a_taken_port_is_an_error() -> None:
    with running_fake() as fake:
        port = int(fake.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), running_fake(port=port):
            pass


def test_accounts_of_a_seed_stay_the_same() -> None:
    one, same, other = accounts_of("demo"), accounts_of("demo"), accounts_of("other")

    def secrets_of(providers: Providers) -> list[str]:
        email, sms = providers.email, providers.sms
        return [email.key, sms.sid, sms.token, sms.api_key, sms.api_secret]

    assert secrets_of(one) == secrets_of(same)
    assert not set(secrets_of(one)) & set(secrets_of(other))
    assert one.event_key.public == same.event_key.public != other.event_key.public
    assert one.inbound_key.public == same.inbound_key.public != one.event_key.public


def _until_called(fake: FakeProviders) -> None:
    deadline = time.monotonic() + 2
    while not fake.calls and time.monotonic() < deadline:
        time.sleep(0.005)
