"""Opting out of channels in any words, and coming back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dunning.contact_facts import ContactBlocked, ContactUnblocked
from dunning.customer_facts import HoldPlaced
from replies.decision import Answer, Decision
from replies.reading import Reading
from replies.standing import DUNCAN, Standing

CONFIRMATION = "opt_out_confirmation"
OPT_OUT = "OPT_OUT"
_NAMED = {
    "sms": re.compile(
        r"\b(?:sms\w{0,4}|text(?:s|ed|ing)?(?: messages?)?|textos?|textnachrichten?"
        r"|mensajes? de texto|tekstberichten?|whatsapp)\b"
    ),
    "email": re.compile(r"\b(?:e-?mail\w{0,4}|mails?|mailen|courriels?|correos?)\b"),
}
_EVERY_CHANNEL = re.compile(
    r"\b(?:any ?way|any (?:form|means|channel|contact)|all (?:contact|communications?|channels)"
    r"|cease and desist|jegliche[rn]?|keinerlei|in keiner weise|auf keinem weg"
    r"|quelque forme|tou(?:t|s|te|tes) (?:contacts?|communications?|les canaux)|aucune forme"
    r"|ning[uú]n (?:medio|canal)|ninguna forma|todo contacto|toda comunicaci[oó]n"
    r"|geen enkele (?:manier|wijze)|elk contact|alle contact(?:en)?|op welke manier)\b"
)
# The words by which carriers let a number back in.
_BACK = re.compile(r"\W*(?:start|unstop)\W*", re.IGNORECASE)


def opt_out(reading: Reading, standing: Standing, decision: Decision) -> None:
    """Block the channels that are refused for whoever wrote; who cannot be found, is held."""
    said = " ".join(e.text for e in reading.evidence if e.intent == "opt_out").casefold()
    channels = _refused(said, standing.channel)
    refused = " and ".join(channels)
    news = [*_blocks(standing, channels, OPT_OUT, f"asked for no more {refused}")]
    decision.customer.extend(news)
    decision.leave(f"asked for no more {refused}")
    if news:
        who = ", ".join(dict.fromkeys(one.contact for one in news))
        decision.acted.append(f"no more {refused} to {who}")
    if news and standing.contact:
        decision.answers.append(Answer(CONFIRMATION))
    if not standing.reached or _EVERY_CHANNEL.search(said):
        why = "asked not to be written to at all"
        hold(standing, decision, "DO_NOT_AUTOMATE", why)


def wants_back(standing: Standing, reading: Reading) -> bool:
    """Whether a text message asks to hear from us again."""
    return standing.channel == "sms" and _BACK.fullmatch(reading.new_text) is not None


def come_back(standing: Standing, decision: Decision) -> None:
    """Let those who opted out of text messages have them again; a dead number stays dead."""
    for contact in standing.reached:
        codes = {
            code for who, by, code in standing.customer.blocked if (who, by) == (contact, "sms")
        }
        if codes == {OPT_OUT}:
            decision.customer.append(
                ContactUnblocked(
                    at=standing.now,
                    by=DUNCAN,
                    contact=contact,
                    channel="sms",
                    reason="asked for text messages again",
                    reply=standing.reply,
                )
            )
            decision.acted.append(f"text messages to {contact} again")
        elif codes:
            decision.leave("asks for text messages again, but the number is blocked otherwise too")


def block(standing: Standing, decision: Decision, channels: list[str], code: str, why: str) -> bool:
    """Block whoever wrote on these channels; False when that is nobody who is known."""
    decision.customer.extend(_blocks(standing, channels, code, why))
    return bool(standing.reached)


def hold(standing: Standing, decision: Decision, code: str, why: str) -> None:
    """Hold everything of the customer until a person lifts it."""
    known = (*standing.customer.holds, *decision.customer)
    if any(isinstance(one, HoldPlaced) and one.code == code for one in known):
        return
    decision.customer.append(
        HoldPlaced(
            at=standing.now,
            by=DUNCAN,
            hold=f"{standing.reply}:{code}",
            code=code,
            why=why,
            reply=standing.reply,
        )
    )
    decision.acted.append(f"everything is held: {why}")


def _refused(said: str, own: str) -> list[str]:
    """The channels the words name; without any, and always for a text message, its own."""
    if _EVERY_CHANNEL.search(said):
        return ["email", "sms"]
    named = {channel for channel, words in _NAMED.items() if words.search(said)}
    return sorted(named | ({own} if own == "sms" or not named else set()))


def _blocks(
    standing: Standing, channels: list[str], code: str, why: str
) -> Iterator[ContactBlocked]:
    for contact in standing.reached:
        for channel in channels:
            if (contact, channel, code) not in standing.customer.blocked:
                yield ContactBlocked(
                    at=standing.now,
                    by=DUNCAN,
                    contact=contact,
                    channel=channel,
                    code=code,
                    why=why,
                    reply=standing.reply,
                )
