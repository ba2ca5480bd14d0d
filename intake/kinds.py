"""The five kinds of file Duncan reads, and the fields each one has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    ``required`` fields need a column, a constant or a group row. ``dates`` and ``amounts`` are
    surveyed for their way of writing. ``anchors`` tell a row from a title, total or footer.
    ``key`` is the field that says what the row is about.
    """

    name: str
    key: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    dates: tuple[str, ...]
    amounts: tuple[str, ...]
    anchors: tuple[str, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Every field a column map may name for this kind."""
        return frozenset(self.required + self.optional)


INVOICES = Kind(
    name="invoices",
    key="invoice",
    required=("invoice", "customer", "currency", "amount", "issue_date", "due_date"),
    optional=(
        *("customer_name", "entity", "distributed", "policy", "reference", "credits"),
        *("discount_percent", "discount_date"),
    ),
    dates=("issue_date", "due_date", "discount_date"),
    amounts=("amount",),
    anchors=("invoice", "issue_date", "due_date"),
)
CUSTOMERS = Kind(
    name="customers",
    key="customer",
    required=("customer", "name"),
    optional=(
        *("country", "subdivision", "timezone", "locale", "segment", "entity", "policy"),
        *("debtor", "collector", "contact_name", "contact_role", "email", "phone"),
        *("sms_consent", "closures"),
    ),
    dates=(),
    amounts=(),
    # Customers are also read out of an invoices file, where the customer may stand in a group row.
    anchors=("customer", "name", "email", "invoice", "issue_date"),
)
PAYMENTS = Kind(
    name="payments",
    key="payment",
    required=("date", "currency", "amount", "reference"),
    optional=("payment", "payer"),
    dates=("date",),
    amounts=("amount",),
    anchors=("date", "reference"),
)
CREDITS = Kind(
    name="credits",
    key="credit",
    required=("credit", "invoice", "currency", "amount", "date"),
    optional=("reason",),
    dates=("date",),
    amounts=("amount",),
    anchors=("credit", "invoice"),
)
EVENTS = Kind(
    name="events",
    key="invoice",
    required=("date", "action", "invoice"),
    optional=("amount", "currency", "until", "reason", "by"),
    dates=("date", "until"),
    amounts=("amount",),
    anchors=("date", "invoice", "action"),
)
KINDS = {kind.name: kind for kind in (INVOICES, CUSTOMERS, PAYMENTS, CREDITS, EVENTS)}
