"""UN/CEFACT Cross Industry Invoice (Factur-X, ZUGFeRD 2, XRechnung) and ZUGFeRD 1 before it."""

from __future__ import annotations

from datetime import date

from intake.bank.markup import Element
from intake.einvoices.document import Discount, EInvoice, Party, day_of
from intake.rows import BadCell

ROOTS = frozenset(("CrossIndustryInvoice", "CrossIndustryDocument"))
# The names since version 2 of ZUGFeRD, and those before.
_AGREEMENT = ("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
_SETTLEMENT = ("ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
_TOTALS = (
    "SpecifiedTradeSettlementHeaderMonetarySummation",
    "SpecifiedTradeSettlementMonetarySummation",
)
_NOTHING = Element("", {})
_DAYS_OF = {"DAY": 1, "D": 1, "WEE": 7}


def read_cii(root: Element) -> EInvoice:
    """The invoice a CrossIndustryInvoice element is."""
    head = _first(root, "ExchangedDocument", "HeaderExchangedDocument")
    trade = _first(root, "SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
    agreed = _first(trade, "ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
    settled = _first(
        trade, "ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement"
    )
    total = _first(
        settled,
        "SpecifiedTradeSettlementHeaderMonetarySummation",
        "SpecifiedTradeSettlementMonetarySummation",
    )
    terms = settled.every("SpecifiedTradePaymentTerms")
    issued = _day(head, "IssueDateTime")
    return EInvoice(
        form="CII",
        number=head.read("ID"),
        type_code=head.read("TypeCode") or "380",
        issued=issued,
        due=next(filter(None, (_day(one, "DueDateDateTime") for one in terms)), ""),
        currency=settled.read("InvoiceCurrencyCode"),
        # The smallest profiles state no amount to pay: then the whole amount is.
        payable=total.read("DuePayableAmount") or total.read("GrandTotalAmount"),
        prepaid=total.read("TotalPrepaidAmount"),
        seller=_party(agreed.at("SellerTradeParty")),
        buyer=_party(agreed.at("BuyerTradeParty")),
        terms=" ".join(one.read("Description") for one in terms),
        payment_reference=settled.read("PaymentReference"),
        order=_order(agreed),
        credits=_credits(settled),
        discount=next(filter(None, (_discount(one, issued) for one in terms)), None),
    )


def _first(element: Element, *names: str) -> Element:
    return next((found for name in names if (found := element.at(name))), _NOTHING)


def _day(element: Element, name: str) -> str:
    found = element.at(name, "DateTimeString")
    return found.text if found else ""


def _order(agreed: Element) -> str:
    order = agreed.at("BuyerOrderReferencedDocument") or _NOTHING
    named = order.read("IssuerAssignedID") or order.read("ID")
    return named or agreed.read("BuyerReference")


def _credits(settled: Element) -> str:
    before = settled.at("InvoiceReferencedDocument") or _NOTHING
    return before.read("IssuerAssignedID") or before.read("ID")


def _party(party: Element | None) -> Party:
    if party is None:
        return Party()
    taxes = [one.read("ID") for one in party.every("SpecifiedTaxRegistration")]
    contact = party.at("DefinedTradeContact", "EmailURIUniversalCommunication") or _NOTHING
    tax = next(filter(None, taxes), "")
    own = [one.text for name in ("ID", "GlobalID") for one in party.every(name)]
    endpoint = party.read("URIUniversalCommunication", "URIID")
    legal = party.read("SpecifiedLegalOrganization", "ID")
    return Party(
        name=party.read("Name"),
        numbers=tuple(filter(None, (*own, endpoint, tax, legal))),
        tax_number=tax,
        email=contact.read("URIID") or contact.read("CompleteNumber"),
        country=party.read("PostalTradeAddress", "CountryID"),
    )


def _discount(terms: Element, issued: str) -> Discount | None:
    found = terms.at("ApplicableTradePaymentDiscountTerms")
    if found is None:
        return None
    percent, base = found.read("CalculationPercent"), found.read("BasisAmount")
    period = found.at("BasisPeriodMeasure")
    unit = period.attributes.get("unitCode", "DAY") if period else ""
    if period and period.text.isdecimal() and unit in _DAYS_OF and percent:
        return Discount(int(period.text) * _DAYS_OF[unit], percent, base)
    days = _days_between(issued, _day(found, "BasisDateTime"))
    return Discount(days, percent, base) if days is not None and percent else None


def _days_between(issued: str, until: str) -> int | None:
    try:
        days: list[date] = [day_of(issued, "issue_date"), day_of(until, "due_date")]
    except BadCell:
        return None
    return (days[1] - days[0]).days if days[1] >= days[0] else None
