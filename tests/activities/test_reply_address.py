from __future__ import annotations

import base64
import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.reply_address import LONGEST_CONVERSATION, conversation_of, reply_address

DOMAIN = "in.larkspur-finch.example"
OLD, NEW = "an old secret of some length", "a new secret of some length"
ATTEMPT = "a1b2c3d4e5f6a1b2c3d4e5f6"
ADDRESS = reply_address(DOMAIN, ATTEMPT, [NEW])

conversations = st.text(min_size=1).filter(
    lambda text: text.isprintable() and len(text.encode()) <= LONGEST_CONVERSATION
)


@given(conversations)
def test_a_reply_finds_its_conversation(conversation: str) -> None:
    address = reply_address(DOMAIN, conversation, [NEW])

    assert conversation_of(address, [NEW]) == conversation
    assert re.fullmatch(r"reply\+[a-z2-7]+@in\.larkspur-finch\.example", address)
    assert len(address.partition("@")[0]) <= 64


def test_an_attempt_does_not_show_in_its_address() -> None:
    assert ATTEMPT not in ADDRESS


def test_upper_case_on_the_way_does_no_harm() -> None:
    assert conversation_of(ADDRESS.upper(), [NEW]) == ATTEMPT


def test_a_new_secret_signs_while_an_old_one_still_counts() -> None:
    old = reply_address(DOMAIN, ATTEMPT, [OLD])

    assert reply_address(DOMAIN, ATTEMPT, [NEW, OLD]) == ADDRESS != old
    assert conversation_of(old, [NEW, OLD]) == ATTEMPT
    assert conversation_of(ADDRESS, [OLD, NEW]) == ATTEMPT


def test_an_address_signed_by_nobody_we_know_says_nothing() -> None:
    assert conversation_of(ADDRESS, [OLD]) is None
    assert conversation_of(ADDRESS, []) is None
    assert conversation_of(ADDRESS, [""]) is None


@given(st.integers(0, len(ADDRESS) - 1), st.characters())
def test_a_changed_address_says_nothing_of_another_conversation(place: int, letter: str) -> None:
    changed = ADDRESS[:place] + letter + ADDRESS[place + 1 :]

    assert conversation_of(changed, [NEW]) in {None, ATTEMPT}
    token = ADDRESS.partition("@")[0].lower()
    if changed.partition("@")[0].lower() != token:
        assert conversation_of(changed, [NEW]) is None


def test_every_shorter_token_says_nothing() -> None:
    token = ADDRESS.partition("@")[0].removeprefix("reply+")
    shorter = [f"reply+{token[:size]}@{DOMAIN}" for size in range(len(token))]

    assert {conversation_of(address, [NEW]) for address in shorter} == {None}


def test_one_conversation_has_one_address() -> None:
    # The last letter carries bits that mean nothing; another one with the same meaning is forged.
    name, _, domain = reply_address(DOMAIN, "ab", [NEW]).partition("@")
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    others = [f"{name[:-1]}{letter}@{domain}" for letter in letters if letter != name[-1]]

    assert {conversation_of(address, [NEW]) for address in others} == {None}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        f"reply@{DOMAIN}",
        f"reply+@{DOMAIN}",
        f"reply+{'a' * 59}@{DOMAIN}",
        f"reply+{'a' * 100_000}@{DOMAIN}",
        f"reply+a1b2c3@{DOMAIN}",
        f"Grace <{ADDRESS}>",
        f" {ADDRESS}",
        f"{ADDRESS}\n",
        f"x{ADDRESS}",
        f"reply+{ATTEMPT}@{DOMAIN}",
        ADDRESS.replace("reply", "bounce"),
        ADDRESS.replace("@", "=@"),
        ADDRESS.replace("@", "@@"),
        ADDRESS.replace("y", "\u04af"),
        ADDRESS.partition("@")[0],
    ],
)
def test_what_is_no_reply_address_says_nothing(address: str) -> None:
    assert conversation_of(address, [NEW]) is None


def signed(known: bytes, secret: str) -> str:
    """An address signed as ours are, whatever it says and whoever signs."""
    mac = hmac.new(secret.encode(), b"duncan reply address\x00" + known, hashlib.sha256).digest()
    return f"reply+{base64.b32encode(known + mac[:10]).decode().rstrip('=').lower()}@{DOMAIN}"


def test_the_form_of_an_address_stays_as_it_is_in_letters_that_are_out() -> None:
    assert signed(ATTEMPT.encode(), NEW) == ADDRESS


@pytest.mark.parametrize(
    ("known", "secret"), [(b"", NEW), (b"\xff\xfe", NEW), (ATTEMPT.encode(), "")]
)
def test_a_signature_alone_is_not_enough(known: bytes, secret: str) -> None:
    assert conversation_of(signed(known, secret), [NEW, ""]) is None


@pytest.mark.parametrize("secrets", [[], [""], [NEW, ""]])
def test_without_a_secret_there_is_no_reply_address(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="need a secret"):
        reply_address(DOMAIN, ATTEMPT, secrets)


@pytest.mark.parametrize("conversation", ["", "x" * 27, "ü" * 14])
def test_a_conversation_that_does_not_fit_has_no_reply_address(conversation: str) -> None:
    with pytest.raises(ValueError, match="1 to 26 bytes"):
        reply_address(DOMAIN, conversation, [NEW])
