"""UBL 2.1 Invoice and CreditNote (EN 16931, Peppol BIS Billing 3, XRechnung)."""

from __future__ import annotations

import re

from intake.bank.markup import Element
from intake.einvoices.document import Discount, EInvoice, Party

ROOTS = frozenset(("Invoice", "CreditNote"))
# Structured discount of German terms (XRechnung): #SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=…#
_SKONTO = re.compile(
    r"#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,2}\.\d{2})(?:#BASISBETRAG=(\d+\.\d{2}))?#"
)


def read_ubl(root: Element) -> EInvoice:
    """The invoice an Invoice or CreditNote element is."""
    is_credit = root.name == "CreditNote"
    total = root.at("LegalMonetaryTotal") or Element("", {})
    means = root.every("PaymentMeans")
    terms = " ".join(one.read("Note") for one in root.every("PaymentTerms"))
    type_code = root.read("CreditNoteTypeCode") or root.read("InvoiceTypeCode")
    due = [root.read("DueDate"), *(one.read("PaymentDueDate") for one in means)]
    return EInvoice(
        form="UBL",
        number=root.read("ID"),
        type_code=type_code or ("381" if is_credit else "380"),
        issued=root.read("IssueDate"),
        due=next(filter(None, due), ""),
        currency=root.read("DocumentCurrencyCode"),
        payable=total.read("PayableAmount"),
        prepaid=total.read("PrepaidAmount"),
        seller=_party(root.at("AccountingSupplierParty", "Party")),
        buyer=_party(root.at("AccountingCustomerParty", "Party")),
        terms=terms,
        payment_reference=next(filter(None, (one.read("PaymentID") for one in means)), ""),
        order=root.read("OrderReference", "ID") or root.read("BuyerReference"),
        credits=root.read("BillingReference", "InvoiceDocumentReference", "ID"),
        discount=_discount(terms),
    )


def _party(party: Element | None) -> Party:
    if party is None:
        return Party()
    taxes = [one.read("CompanyID") for one in party.every("PartyTaxScheme")]
    legal = party.read("PartyLegalEntity", "CompanyID")
    own = [one.read("ID") for one in party.every("PartyIdentification")]
    tax = next(filter(None, taxes), "")
    numbers = (*own, party.read("EndpointID"), tax, legal)
    return Party(
        name=party.read("PartyLegalEntity", "RegistrationName") or party.read("PartyName", "Name"),
        numbers=tuple(filter(None, numbers)),
        tax_number=tax,
        email=party.read("Contact", "ElectronicMail"),
        country=party.read("PostalAddress", "Country", "IdentificationCode"),
    )


def _discount(terms: str) -> Discount | None:
    found = _SKONTO.search(terms)
    return Discount(int(found[1]), found[2], found[3] or "") if found else None
