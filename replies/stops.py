"""What stops at once: opt-outs, lawyers, insolvency, hardship, complaints, suspicious messages.

Stops need no proof of who wrote: silence harms nobody, and a person looks at every one of them.
"""

from __future__ import annotations

from dunning.contact_facts import Contact, ContactProposed
from replies.decision import Decision
from replies.opt_outs import block, hold, opt_out
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
            hold(standing, decision, code, why)
            decision.leave(why, role)
    if reading.stop_contact:
        opt_out(reading, standing, decision)
    if "wrong_contact" in reading.intents:
        _wrong_contact(reading, standing, decision)


def _wrong_contact(reading: Reading, standing: Standing, decision: Decision) -> None:
    channels = ["email", "sms"] if standing.channel == "email" else ["sms"]
    if block(standing, decision, channels, "WRONG_PARTY", "the contact is the wrong one"):
        who = ", ".join(standing.reached)
        decision.acted.append(f"{who} is not written to by {' or '.join(channels)} any more")
    new = reading.contacts.new_contact
    if new:
        proposed = ContactProposed(
            at=standing.now, by=DUNCAN, contact=_proposed(standing, new), reply=standing.reply
        )
        decision.customer.append(proposed)
    decision.leave(f"find out whom to write to{f'; named: {new}' if new else ''}")


def _proposed(standing: Standing, named: str) -> Contact:
    """What the message names, as a contact nobody uses before a person verified it."""
    email = named if "@" in named else ""
    phone = named if not email and named[-1:].isdigit() else ""
    return Contact(f"{standing.reply}:contact", named, "billing", email, phone)
