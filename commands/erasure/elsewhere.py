"""What an erasure does not reach: providers, mailboxes, backups, the ledger it came from."""

from __future__ import annotations

from commands.erasure.actions import Outcome
from settings import Settings


def elsewhere(settings: Settings, done: Outcome) -> list[str]:
    """What people have to do besides, as sentences for this installation. No names, no addresses.

    Sources: SendGrid keeps activity for days and suppressions for ever; Twilio keeps messages
    until they are deleted by their SID.
    """
    found: list[str] = []
    sent = len(done.whose.attempts)
    if settings.email_provider == "sendgrid" and sent:
        found.append(
            "SendGrid: take the addresses off the suppression lists unless they opted out there."
        )
    if settings.sms_provider == "twilio" and sent:
        found.append("Twilio: delete the text messages of this customer by their SIDs.")
    if settings.imap_host:
        found.append(f"Mailbox {settings.imap_user}: delete the customer's mails.")
    if done.whose.shared:
        found.append(
            "Payments that paid others' invoices as well keep what the bank wrote: "
            f"{', '.join(done.whose.shared)}."
        )
    if done.left:
        found.append(f"A name still stands in these columns: {'; '.join(done.left)}.")
    if not done.is_compact:
        found.append("The books are in use: stop Duncan and run duncan database compact.")
    found.append("The ERP: erase or block the customer there; Duncan refuses rows about it.")
    found.append("Backups, exported packs and reports made before today still hold the data.")
    return found
