"""What Twilio's error codes say of a text message that was to be created."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from activities.gateways.interface import ChannelDown, Outcome, Refused, RetryLater, Unknown

BUSY = timedelta(minutes=1)
QUEUE_FULL = timedelta(minutes=15)

# Whose fault it is decides: the number's, the recipient's, the letter's, the account's, nobody's.
# A country or a route that is closed stops messages to that number only, not the channel.
ANSWERS: Mapping[int, Outcome] = {
    21211: Refused("INVALID_NUMBER", "This is no telephone number (21211).", address_is_dead=True),
    21217: Refused("INVALID_NUMBER", "This is no telephone number (21217).", address_is_dead=True),
    21614: Refused("NOT_A_MOBILE", "No text message reaches it (21614).", address_is_dead=True),
    21635: Refused("NOT_A_MOBILE", "This is a landline (21635).", address_is_dead=True),
    21610: Refused("OPT_OUT", "The recipient replied STOP to us (21610).", address_is_dead=True),
    21408: Refused("COUNTRY_CLOSED", "The account may not write to this country (21408)."),
    21612: Refused("NO_ROUTE", "Our sender cannot write to this number (21612)."),
    21602: Refused("INVALID_MESSAGE", "The text is empty (21602)."),
    21617: Refused("INVALID_MESSAGE", "The text is longer than 1600 characters (21617)."),
    20003: ChannelDown("AUTH", "Twilio refuses our login (20003)."),
    20008: ChannelDown("AUTH", "These are Twilio's test credentials (20008)."),
    21212: ChannelDown("CONFIG", "Our sender is no telephone number (21212)."),
    21603: ChannelDown("CONFIG", "No sender is set (21603)."),
    21606: ChannelDown("CONFIG", "Our sender is not a number of this account (21606)."),
    21608: ChannelDown("CONFIG", "A trial account writes to verified numbers only (21608)."),
    21609: ChannelDown("CONFIG", "Twilio cannot call back at our public address (21609)."),
    21659: ChannelDown("CONFIG", "Our sender is not a number of this account (21659)."),
    20429: RetryLater("BUSY", "Twilio is asked too often (20429).", BUSY),
    21611: RetryLater("BUSY", "Our sender's queue is full (21611).", QUEUE_FULL),
}
_BUSY, _REQUEST_LOST = 429, 408
_ABOUT_THE_MESSAGE = frozenset({400, 413, 422})
_NOT_ALLOWED = frozenset({401, 402, 403})
_SERVER_ERRORS = range(500, 1000)


def outcome_of(status: int, code: int | None, said: str) -> Outcome:
    """What an answer that is no success says; `said` is Twilio's own sentence.

    Its server errors are no proof that nothing was sent, so they are unknown outcomes.
    """
    why = f"Twilio answered {status}{f': {said}' if said else ''}"[:300].rstrip(" .")
    if status in _SERVER_ERRORS or status == _REQUEST_LOST:
        return Unknown(why)
    if code is not None and code in ANSWERS:
        return ANSWERS[code]
    if status == _BUSY:
        return RetryLater("BUSY", why, BUSY)
    if status in _ABOUT_THE_MESSAGE:
        return Refused(f"TWILIO_{code or status}", why)
    if status in _NOT_ALLOWED:
        return ChannelDown("AUTH", f"{why}. Look at the account and its credentials.")
    return ChannelDown("CONFIG", f"{why}. Look at the account and the address in the settings.")
