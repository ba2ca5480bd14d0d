"""Which domains a mail really comes from, by what the receiving provider checked."""

from __future__ import annotations

import re

from intake.mail.message import Envelope, Mailbox, Verdicts

_RESULT = re.compile(r"@?([A-Za-z0-9_.-]{1,255})\s{0,5}:\s{0,5}([A-Za-z]{1,20})")
_FEWEST_LABELS = 2


def verdicts(dkim: str, spf: str) -> Verdicts:
    """SendGrid's verdicts: DKIM as ``{@domain : result, …}``, SPF as one word.

    A domain with several results has passed only if none of them says otherwise.
    """
    found: dict[str, str] = {}
    for domain, result in _RESULT.findall(dkim[:8_000]):
        name, said = domain.lower().rstrip("."), result.lower()
        found[name] = said if found.get(name, said) == said else "mixed"
    return Verdicts(tuple(found.items()), spf.strip().lower()[:40])


def authenticated_domains(checked: Verdicts, envelope: Envelope) -> tuple[str, ...]:
    """The domains whose DKIM signature or whose sending server (SPF) passed."""
    passed = [domain for domain, result in checked.dkim if result == "pass"]
    sender = Mailbox(envelope.sender or "").domain
    if checked.spf == "pass" and sender:
        passed.append(sender)
    return tuple(dict.fromkeys(passed))


def is_aligned(senders: tuple[Mailbox, ...], domains: tuple[str, ...]) -> bool:
    """Whether the one address in From belongs to an authenticated domain (relaxed, as in DMARC).

    A domain vouches for itself, for what is above it and for what is below it, never for its
    neighbours; a mail with no or with several senders is nobody's.
    """
    if len(senders) != 1:
        return False
    own = senders[0].domain
    return any(_vouches(domain, own) for domain in domains)


def _vouches(domain: str, own: str) -> bool:
    shorter, longer = sorted((domain, own), key=len)
    if shorter.count(".") + 1 < _FEWEST_LABELS:
        return False
    return longer == shorter or longer.endswith(f".{shorter}")
