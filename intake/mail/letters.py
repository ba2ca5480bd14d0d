"""Reads the letters that mail systems write to people when a delivery fails or is late."""

from __future__ import annotations

import re

from intake.mail.limits import LONGEST_SEARCHED

_FAILURE_TITLE = re.compile(
    r"undeliver(?:able|ed)|(?:mail|message|delivery|e-?mail).{0,40}(?:fail(?:ed|ure)|error|problem"
    r"|impossible|could not|cannot|not be delivered|rejected|returned|bounced)"
    r"|failure notice|fail(?:ed|ure) (?:mail|message|delivery)|returned mail|non-?delivery"
    r"|mail returned|delivery status notification|returned to sender|returning message to sender"
    r"|nondeliverable|could not send message|unknown (?:user|recipient|address)|user unknown"
    r"|bounce(?:d)? (?:e-?mail|message|notification)|rejected"
    r"|unzustellbar|nicht zustellbar|zustellung .{0,30}(?:fehlgeschlagen|nicht)|zustellfehler"
    r"|non remis|non distribu|(?:é|e)chec de (?:la )?(?:remise|distribution)|non d(?:é|e)livr"
    r"|no se (?:puede|pudo|ha podido) entregar|no entregado|error (?:en la|de) entrega"
    r"|onbestelbaar|niet (?:bezorgd|afgeleverd)|kan niet worden bezorgd",
    re.IGNORECASE,
)
# What no customer writes above a dispute about goods that were not delivered.
_SYSTEM_TITLE = re.compile(
    r"\W{0,5}(?:undeliver(?:able|ed)|(?:mail|message) delivery (?:failed|failure|error|problem)"
    r"|returned mail|failure notice|delivery (?:status|failure) notification|delivery failure"
    r"|non-?delivery (?:report|notification)|returning message to sender|message not delivered"
    r"|unzustellbar|non remis|no se puede entregar|onbestelbaar|kan niet worden bezorgd)",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.#-])[45][0-7]\d[ -](?:[#45]|[a-z<])"
    r"|could ?n[o']t be (?:delivered|sent|found)|cannot be delivered|not (?:be )?delivered"
    r"|unable to deliver|undeliver(?:able|ed)|delivery .{0,40}(?:failed|has failed|error)"
    r"|did not reach|was not delivered|(?:user|recipient|host|address|mailbox) (?:is )?unknown"
    r"|unknown (?:user|recipient|host|address)|permanent (?:fatal )?error|fatal error"
    r"|mailbox (?:is )?(?:full|unavailable|not found|disabled)|message .{0,40}(?:rejected|refused)"
    r"|(?:couldn'?t|wasn'?t|could not) (?:be )?deliver|delivery to the following|no such user"
    r"|nicht (?:zugestellt|zustellbar)|unzustellbar|n'a pas pu (?:ê|e)tre (?:remis|distribu)"
    r"|no se (?:puede|pudo|ha podido) entregar|niet (?:worden )?(?:bezorgd|afgeleverd)",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"will (?:be retried|continue to (?:be )?(?:try|retri)|keep trying|try again|retry)"
    r"|still (?:trying|being retried)|(?:has )?not (?:yet )?been delivered (?:yet|to the recipient)"
    r"|delivery (?:is |has been |was )?(?:temporarily )?(?:delayed|deferred|suspended)"
    r"|do not need to resend|no (?:further )?action is required|you do not need to"
    r"|remains? in the queue|will be attempted|warning message only|delay(?:ed)? delivery"
    r"|noch nicht zugestellt|wird weiter(?:hin)? versucht|verz(?:ö|oe)ger",
    re.IGNORECASE,
)
_DELAY_TITLE = re.compile(
    r"\bdelay(?:ed)?\b|\bdeferred\b|^warning\b|still being retried|verz(?:ö|oe)ger|retard"
    r"|retraso|vertraagd",
    re.IGNORECASE,
)
_FINAL_TITLE = re.compile(
    r"return(?:ed|ing)|undeliver|\bfail|non-?delivery|permanent", re.IGNORECASE
)
_FINAL = re.compile(
    r"giving up|given up|gave up|permanent (?:error|failure|fatal)|final(?:ly)? fail|expired"
    r"|has failed permanently|too long|timed? ?out .{0,30}queue",
    re.IGNORECASE,
)


def is_failure_title(subject: str) -> bool:
    """Whether the subject is that of a mail system's failure or delay; answers to it are not."""
    return bool(_FAILURE_TITLE.search(subject) or _DELAY_TITLE.search(subject)) and not re.match(
        r"(?:re|aw|fwd?|wg|tr|rv|antw)\s?:", subject.lower()
    )


def is_system_title(subject: str) -> bool:
    """Whether only a mail system begins a subject like this."""
    return bool(_SYSTEM_TITLE.match(subject))


def is_failure(text: str) -> bool:
    """Whether the beginning of a text says that something was not delivered."""
    return bool(_FAILURE.search(text[:LONGEST_SEARCHED]))


def is_final_title(subject: str) -> bool:
    """Whether the subject says that a mail system has given up."""
    return bool(_FINAL_TITLE.search(subject))


def is_delay(subject: str, text: str) -> bool:
    """Whether a mail system will go on trying."""
    if is_final_title(subject):
        return False
    beginning = text[:LONGEST_SEARCHED]
    says_so = _DELAY_TITLE.search(subject) or _DELAY.search(beginning)
    return bool(says_so) and not _FINAL.search(beginning)
