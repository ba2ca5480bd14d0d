"""What a customer is to the law of late payment."""

from __future__ import annotations

from dunning.countries.table import Debtor
from dunning.customer import Customer

CONSUMER: Debtor = "consumer"
DEBTORS: tuple[Debtor, ...] = ("business", "public", "consumer")


def debtor_of(customer: Customer) -> Debtor:
    """What the customer is to the law of late payment; "" where nobody said."""
    if customer.segment == CONSUMER:
        return CONSUMER
    return next((one for one in DEBTORS if one == customer.debtor), "")
