"""What people do about an invoice that did not reach its customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from commands.acting import Acting, Done, known
from commands.authority import needs
from dunning.distribution_facts import DELIVERED_BY, InvoiceDelivered, InvoiceResendAsked


@dataclass(frozen=True)
class DistributionActions(Acting):
    """Actions at the delivery of one invoice."""

    @needs("follow_up")
    def delivered(self, invoice: str, on: date, how: str, note: str = "") -> Done:
        """Confirm that the customer has the invoice since the day; its cadence goes on."""
        known(how, DELIVERED_BY, "way an invoice arrives")
        fact = InvoiceDelivered(at=self.now, by=self.by, on=on, how=how, note=note)
        return self._record_fact(invoice, fact)

    @needs("follow_up")
    def resend(self, invoice: str, note: str = "") -> Done:
        """Send the invoice again, by e-mail to the contact the customer has now."""
        fact = InvoiceResendAsked(at=self.now, by=self.by, note=note)
        return self._record_fact(invoice, fact)
