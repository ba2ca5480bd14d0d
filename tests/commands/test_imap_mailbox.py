"""A mailbox that is polled: nothing in it is lost, and nothing of it counts twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from commands.mailroom import imap_mailbox
from commands.mailroom.imap_mailbox import Mailbox, MailboxAway, MailboxReader, mailbox_readers
from ledger.arrivals import ARRIVAL
from settings import Settings
from tests.cast import invoice
from tests.commands.corresponding import (
    GRACE_WITH_PHONE,
    NOW,
    Correspondence,
    corresponding,
    mail,
)
from tests.commands.imap_server import (
    HOST,
    PASSWORD,
    USER,
    Letterbox,
    own_certificate,
    serving_mail,
)

SIMPLE = "plainword"


@pytest.fixture
def box() -> Iterator[Letterbox]:
    """A mailbox on this machine."""
    with serving_mail() as found:
        yield found


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Correspondence]:
    """A customer with one open invoice."""
    with corresponding(tmp_path) as found:
        found.shop.opens(invoice("I-1"), customers=[GRACE_WITH_PHONE])
        yield found


def reader(box: Letterbox, one: Correspondence, **changes: object) -> MailboxReader:
    mailbox = Mailbox(HOST, USER, PASSWORD, port=box.port, tls=False)
    return MailboxReader(replace(mailbox, **changes), one.ledger)  # type: ignore[arg-type]  # Its own fields, by name.


def stored(one: Correspondence) -> list[bytes]:
    return [row.body for row in one.shop.rows(ARRIVAL)]


def test_mails_are_stored_as_they_came_and_then_marked(box: Letterbox, one: Correspondence) -> None:
    mails = [mail("First.\nFrom me"), b"no mail at all \xff\x00", b""]
    uids = [box.put(raw) for raw in mails]
    fetched = reader(box, one).poll(lambda: NOW)

    assert fetched == 3
    assert stored(one) == mails
    assert box.seen == set(uids)
    assert [row.details for row in one.shop.rows(ARRIVAL)] == ['{"door": "imap"}'] * 3
    assert reader(box, one).poll(lambda: NOW) == 0


def test_an_answer_from_the_mailbox_is_acted_on(box: Letterbox, one: Correspondence) -> None:
    attempt = one.reminds()
    box.put(mail("We will pay invoice I-1 on 13 March.", answers=attempt))
    reader(box, one).poll(lambda: NOW)
    one.mailroom.work(NOW)

    assert one.case().promise is not None


@pytest.mark.parametrize("command", ["SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "LOGOUT"])
def test_a_connection_that_breaks_anywhere_loses_and_doubles_nothing(
    box: Letterbox, one: Correspondence, command: str
) -> None:
    mails = [mail("First."), mail("Second.")]
    for raw in mails:
        box.put(raw)
    box.dies_at = {command}
    if command == "LOGOUT":
        assert reader(box, one).poll(lambda: NOW) == 2
    else:
        with pytest.raises(MailboxAway, match=r"refuses|away"):
            reader(box, one).poll(lambda: NOW)
    assert len(stored(one)) <= len(mails)
    box.dies_at = set()
    reader(box, one).poll(lambda: NOW)

    assert stored(one) == mails
    assert box.seen == set(box.mails)


def test_what_cannot_be_stored_is_not_marked(
    box: Letterbox, one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(mail("First."))

    def full(*_: object) -> bool:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(imap_mailbox, "store", full)
        with pytest.raises(MailboxAway):
            reader(box, one).poll(lambda: NOW)
    assert box.seen == set()
    reader(box, one).poll(lambda: NOW)

    assert len(stored(one)) == 1


def test_a_mail_a_colleague_read_first_is_stored_all_the_same(
    box: Letterbox, one: Correspondence
) -> None:
    box.put(mail("First."))
    reader(box, one).poll(lambda: NOW)
    box.seen.add(box.put(mail("Read by a colleague.")))
    reader(box, one).poll(lambda: NOW)

    assert len(stored(one)) == 2


def test_what_was_read_before_duncan_came_is_left_alone(
    box: Letterbox, one: Correspondence
) -> None:
    box.seen.add(box.put(mail("Of last year.")))

    assert reader(box, one).poll(lambda: NOW) == 0


def test_a_mailbox_that_counts_anew_hides_nothing(box: Letterbox, one: Correspondence) -> None:
    box.put(mail("First."))
    reader(box, one).poll(lambda: NOW)
    box.mails, box.seen, box.validity = {}, set(), 8
    box.put(mail("Second, with the number of the first."))
    reader(box, one).poll(lambda: NOW)

    assert len(stored(one)) == 2


def test_a_huge_mail_is_cut_and_refused_by_its_reader(
    box: Letterbox, one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_mailbox, "LARGEST_MAIL_BYTES", 100)
    uid = box.put(mail("x" * 500))
    reader(box, one).poll(lambda: NOW)

    assert [len(raw) for raw in stored(one)] == [101]
    assert box.seen == {uid}


def test_a_mail_the_server_cannot_give_holds_up_no_other(
    box: Letterbox, one: Correspondence
) -> None:
    bad, good = box.put(mail("First.")), box.put(mail("Second."))
    box.unfetchable = {bad}
    reader(box, one).poll(lambda: NOW)

    assert len(stored(one)) == 1
    assert box.seen == {good}
    box.unfetchable.clear()

    assert reader(box, one).poll(lambda: NOW) == 1


def test_a_mail_that_is_gone_meanwhile_is_no_trouble(box: Letterbox, one: Correspondence) -> None:
    box.put(mail("First."))
    box.answer = lambda command, rest: (  # type: ignore[method-assign]  # What is searched is gone.
        [b"* SEARCH 101 999", b"OK"]
        if command == "UID SEARCH"
        else Letterbox.answer(box, command, rest)
    )
    reader(box, one).poll(lambda: NOW)

    assert len(stored(one)) == 1


def test_a_refusal_says_why_without_the_password(box: Letterbox, one: Correspondence) -> None:
    box.password = "another"  # noqa: S105 - it opens nothing
    with pytest.raises(MailboxAway, match="refuses") as refused:
        reader(box, one, password=SIMPLE).poll(lambda: NOW)

    assert SIMPLE not in str(refused.value)


def test_a_folder_that_is_not_there_is_said(box: Letterbox, one: Correspondence) -> None:
    with pytest.raises(MailboxAway, match="no such folder"):
        reader(box, one, folder='My "Post"').poll(lambda: NOW)


def test_a_server_that_is_away_is_asked_again_later(
    box: Letterbox, one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 6:
            box.dies_at = set()
        if len(pauses) == 8:
            raise asyncio.CancelledError

    box.dies_at = {"LOGIN"}
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(reader(box, one).run(lambda: NOW))

    assert pauses == [60, 120, 240, 480, 600, 600, 30, 30]


def test_tls_is_asked_for_and_checked(one: Correspondence, tmp_path: Path) -> None:
    shows, trusts = own_certificate(tmp_path)
    with serving_mail(shows) as box:
        box.put(mail("First."))
        with pytest.raises(MailboxAway, match="SSLCertVerificationError"):
            reader(box, one, tls=True).poll(lambda: NOW)
        reader(box, one, tls=True, context=trusts).poll(lambda: NOW)

        assert len(stored(one)) == 1
        assert box.commands[0] == "CAPABILITY"


def test_the_settings_name_the_mailbox(one: Correspondence, tmp_path: Path) -> None:
    none = Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]  # Pydantic's own.
    some = Settings(  # type: ignore[call-arg]  # The same.
        _env_file=None,
        home=tmp_path,
        imap_host="mail.example",
        imap_user=USER,
        imap_password=SecretStr(SIMPLE),
    )
    (found,) = mailbox_readers(one.ledger, some)

    assert mailbox_readers(one.ledger, none) == []
    assert (found.mailbox.host, found.mailbox.port, found.mailbox.tls) == (
        "mail.example",
        993,
        True,
    )
    assert found.mailbox.password == SIMPLE
    assert SIMPLE not in repr(found.mailbox)
