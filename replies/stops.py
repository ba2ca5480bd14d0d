"""What stops at once: opt-outs, lawyers, insolvency, hardship, complaints, suspicious messages.

Stops need no proof of who wrote: silence harms nobody, and a person looks at every one of them.
"""

from __future__ import annotations

from dunning.contact_facts import Contact, ContactBlocked, ContactProposed
from dunning.customer_facts import HoldPlaced
from replies.decision import Decision
from replies.reading import Reading
from replies.standing import DUNCAN, Standing

# Flags and intents that hold everything: the hold's code, who decides, and the reason in words.
_HOLDS = (
    ("legal_representative", "LEGAL_REPRESENTED", "controller", "a lawyer speaks for the customer"),
    ("insolvency", "LEGAL_INSOLVENCY", "controller", "the customer is or may be insolvent"),
    ("deceased", "LEGAL_DECEASED", "controller", "the customer died"),
    ("hostile", "COMPLAINT", "ar_lead", "the customer complains"),
    ("hardship", "HARDSHIP", "ar_lead", "the customer cannot pay as agreed"),
    ("bank_change", "SECURITY", "controller", "the message asks to change bank details"),
)


def stop(reading: Reading, standing: Standing, decision: Decision) -> None:
    """Place the holds and blocks the message asks for."""
    said = {*reading.intents, *reading.flags}
    for word, code, role, why in _HOLDS:
        if word in said:
            _hold(standing, decision, code, why)
            decision.leave(why, role)
    if reading.stop_contact:
        _opt_out(reading, standing, decision)
    if "wrong_contact" in reading.intents:
        _wrong_contact(reading, standing, decision)


def _hold(standing: Standing, decision: Decision, code: str, why: str) -> None:
    if any(hold.code == code for hold in standing.customer.holds):
        return
    placed = HoldPlaced(
        at=standing.now,
        by=DUNCAN,
        hold=f"{standing.reply}:{code}",
        code=code,
        why=why,
        reply=standing.reply,
    )
    decision.customer.append(placed)
    decision.acted.append(f"everything is held: {why}")


def _opt_out(reading: Reading, standing: Standing, decision: Decision) -> None:
    """The channel it came by, and every channel when all contact is refused."""
    text = reading.new_text.casefold()
    channels = {standing.channel}
    if standing.channel == "email" and any(word in text for word in ("sms", "text")):
        channels.add("sms")
    for channel in sorted(channels):
        _block(standing, decision, channel, "OPT_OUT", "asked not to be written to")
    decision.answers.append("opt_out_confirmation")
    decision.acted.append(f"no more {' or '.join(sorted(channels))} to this contact")


def _wrong_contact(reading: Reading, standing: Standing, decision: Decision) -> None:
    channels = ("email", "sms") if standing.channel == "email" else ("sms",)
    for channel in channels:
        _block(standing, decision, channel, "WRONG_PARTY", "the contact is the wrong one")
    decision.acted.append("the contact is not used any more")
    new = reading.contacts.new_contact
    if new:
        decision.customer.append(
            ContactProposed(
                at=standing.now,
                by=DUNCAN,
                contact=_proposed(standing, new),
                reply=standing.reply,
            )
        )
    decision.leave(f"find out whom to write to{f'; named: {new}' if new else ''}")


def _proposed(standing: Standing, named: str) -> Contact:
    """What the message names, as a contact nobody uses before a person verified it."""
    known = {"email": named} if "@" in named else {"phone": named} if named[-1:].isdigit() else {}
    return Contact(f"{standing.reply}:contact", named, "billing", **known)


def _block(standing: Standing, decision: Decision, channel: str, code: str, why: str) -> None:
    if not standing.contact:
        decision.leave(f"{why}, but no contact of the customer has this address")
        return
    if (standing.contact, channel, code) in standing.customer.blocked:
        return
    blocked = ContactBlocked(
        at=standing.now,
        by=DUNCAN,
        contact=standing.contact,
        channel=channel,
        code=code,
        why=why,
        reply=standing.reply,
    )
    decision.customer.append(blocked)
