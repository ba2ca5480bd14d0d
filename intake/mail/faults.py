"""What a mail system's status code and words say about a failed delivery."""

from __future__ import annotations

import re

from intake.mail.charsets import one_line
from intake.mail.limits import LONGEST_DIAGNOSTIC
from intake.mail.message import BouncedAddress, Fault

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.#-])([45])\d\d(?=[\s\-:,;#])")
# The subject digit of security and policy.
_SECURITY = 7
# RFC 3463 and the IANA registry of enhanced status codes: (subject, detail) to what is at fault.
_FAULTS: dict[tuple[int, int], Fault] = {
    (1, 0): "address",
    (1, 1): "address",
    (1, 2): "address",
    (1, 3): "address",
    (1, 6): "address",
    (1, 10): "address",
    (1, 7): "policy",
    (1, 8): "policy",
    (2, 1): "address",
    (2, 2): "mailbox",
    (2, 3): "mailbox",
    (4, 4): "address",
    (4, 6): "other",
    (4, 7): "other",
}
_NOT_WORDS = re.compile(r"https?://\S{1,500}|[^\s<>]{1,100}@[^\s<>]{1,255}")
_REFUSAL = re.compile(
    r"spamhaus|black ?list|block ?list|blocked|dmarc|\bspf\b|\bdkim\b|reputation|\bspam|virus"
    r"|banned|invalid ip|client host rejected|unsolicited|rate limit|\bpolicy\b|relay"
    r"|not authori[sz]ed|authenticat|access denied|sender (?:address )?rejected",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"(?:mailbox|quota|inbox|storage|account|user).{0,30}(?:\bfull\b|exceed|over.?quota)"
    r"|over ?quota|quota exceeded|insufficient (?:system )?storage|\bvoll\b|disk full",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:no such|unknown|invalid|non-?existent|bad|undeliverable) (?:user|recipient|mailbox|person"
    r"|address|account|local|virtual|host|domain|destination)|invalid .{0,20}userid"
    r"|(?:user|recipient|mailbox|address|account|host|domain)(?: name)?.{0,60}(?:unknown|not found"
    r"|doesn'?t exist|(?:does )?not exist|disabled|inactive|suspended|not known|no longer"
    r"|not listed|not recogni[sz]ed)|(?:was|could)(?:n't| not)(?: be)? found|no mailbox here"
    r"|unrouteable|no smtp service|no mail exchanger|unbekannt|inconnu",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"time[d-]? ?out|expired|retry time|temporar|connection refused|not accept our request"
    r"|could not deliver for|attempts|delivery time|try again|unreachable|not reachable",
    re.IGNORECASE,
)


def bounced(address: str, status: str, diagnostic: str, *, is_final: bool) -> BouncedAddress:
    """One unreachable address: permanent by its status code, else its reply code, else its words.

    A code that says nothing (5.0.0) yields to one in the diagnostic. Words of refusal outweigh a
    code that blames the address: mail systems that block a sender are known to answer 5.1.1.
    """
    words = one_line(diagnostic, LONGEST_DIAGNOSTIC)
    code = _telling(status, words)
    reply = _REPLY_CODE.search(words)
    spoken = _NOT_WORDS.sub(" ", words)
    digit = code[0] if code else reply[1] if reply else "4" if _LATER.search(spoken) else "5"
    return BouncedAddress(
        address=address,
        is_permanent=is_final and digit == "5",
        status=code,
        diagnostic=words,
        fault=_fault(code, spoken),
    )


def _telling(status: str, words: str) -> str:
    own, inside = _STATUS.search(status), _STATUS.search(words)
    if own and (not own[0].endswith(".0.0") or not inside):
        return own[0]
    return inside[0] if inside else ""


def _fault(code: str, spoken: str) -> Fault:
    found = _STATUS.search(code)
    number = (int(found[2]), int(found[3])) if found else (0, 0)
    by_code = _FAULTS.get(number, "policy" if number[0] == _SECURITY else "other")
    by_words = _said(spoken)
    if by_words == "policy" and by_code == "address":
        return "policy"
    # Security codes are answered for unknown recipients as well, to give nothing away.
    told_apart = by_code == "other" or (number[0] == _SECURITY and by_words == "address")
    return by_words if told_apart else by_code


def _said(spoken: str) -> Fault:
    if _FULL.search(spoken):
        return "mailbox"
    if _NOBODY.search(spoken):
        return "address"
    return "policy" if _REFUSAL.search(spoken) else "other"
