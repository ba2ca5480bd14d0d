"""Addresses: which customers have an address among their contacts."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select

from dunning.customer import Customer
from ledger.tables import CustomerRow, table

CUSTOMER = table(CustomerRow)
_NO_DIGIT = re.compile(r"[^\d]")


def address_key(address: str) -> str:
    """An e-mail address or telephone number as it is compared: no case, no spaces, only digits."""
    text = address.strip().casefold()
    return text if "@" in text else _NO_DIGIT.sub("", text)


def addresses_of(customer: Customer) -> str:
    """All of a customer's addresses, each between line ends."""
    found = {address_key(a) for one in customer.contacts for a in (one.email, one.phone) if a}
    return "".join(f"\n{address}\n" for address in sorted(found - {""}))


def customers_at(connection: Connection, address: str) -> list[str]:
    """The customers one of whose contacts has this address."""
    key = address_key(address)
    if not key:
        return []
    has = CUSTOMER.c.addresses.contains(f"\n{key}\n", autoescape=True)
    return list(connection.execute(select(CUSTOMER.c.customer).where(has)).scalars())


def contact_at(customer: Customer, address: str) -> str:
    """The contact of the customer with this address; empty when there is none."""
    return next(iter(contacts_at(customer, address)), "")


def contacts_at(customer: Customer, address: str) -> list[str]:
    """All contacts of the customer with this address."""
    key = address_key(address)
    known = (one for one in customer.contacts if key in map(address_key, (one.email, one.phone)))
    return [one.contact for one in known] if key else []
