"""Numbers that are no money: invoices, orders, accounts, phones, dates, times, shares."""

from __future__ import annotations

import re

_ID_WORDS = (
    r"invoices?|inv|bills?|orders?|po|p\.o\.|ref|reference|no|nr|nos|num|number|numbers|acct"
    r"|account|customer|client|case|ticket|"
    r"rechnung(?:en|snummer|s-?nr)?|re|rg|rechn|beleg|auftrag|bestellung|kundennummer"
    r"|kunden-?nr|lieferschein|konto(?:nummer)?|"
    r"factures?|fact|commande|n|numero|client|dossier|devis|bl|facturas?|fra|pedido|albaran"
    r"|expediente|cliente|cuenta|"
    r"factu(?:ur|ren)|factuurnummer|bestelling|klantnummer|klantnr|dossiernummer|pakbon"
    r"|rekening(?:nummer)?|debiteur(?:ennummer)?|"
    r"credit note|gutschrift|avoir|abono|creditnota|statement|tax id|vat|plz|postcode|zip|bic"
    r"|iban|version|page|seite|room|suite"
)
_OTHER = re.compile(
    r"(?:https?://|www\.)\S{1,500}|[\w.+-]{1,64}@[\w.-]{1,255}"
    r"|\b[a-z]{2}\d{2}(?:\s?[\da-z]{4}){2,7}(?:\s?[\da-z]{1,4})?\b"
    r"|\+\d[\d ()./-]{6,20}\d|(?<![\d.,])\(?0\d{2,5}\)?[ /-]{1,3}\d{2,}(?:[ /-]\d{2,9}){0,4}"
    r"|\b0\d{6,14}\b"
    r"|\b(?:tel|phone|call|mobile?|handy|telefon\w?|telefoon|mob|fax)\b[ .:]{0,4}(?:me |us "
    r"|on |at |under ){0,2}[\d(][\d ()/-]{5,20}\d"
    r"|(?<![\d-])\d{3}-\d{3}-\d{4}(?!\d)|(?<!\d)\d{4}([-/.])\d{1,2}\1\d{1,2}(?!\d)"
    r"|(?<![\d.,])\d{1,2}([-/]|\. ?)\d{1,2}\2(?:20)?\d\d(?!\d)"
    r"|(?<![\d.,])\d{1,2}\. ?\d{1,2}\.(?!\d)|(?<![\d.,])\d{1,2}/\d{1,2}(?![\d/])"
    r"|(?<![\d.,])\d{1,2}:\d\d(?::\d\d)?|(?<![\d.,])\d{1,2}[.]\d\d(?=\s?(?:uhr|uur|h\b"
    r"|[ap]\.?m\b))|(?<![\d.,])(?:1[0-2]|[1-9])\s?[ap]\.?m\b|\b\d{1,2}h\d\d\b"
    r"|\d{1,4}(?:[.,]\d{1,3})?\s?(?:%|percent\b|per cent\b|prozent\b|pour ?cent\b"
    r"|por ciento\b|procent\b)"
    rf"|(?<![a-z])(?:{_ID_WORDS})(?![a-z])[\s.:°º#-]{{0,4}}(?:(?:no|nr|num|n|number|nummer"
    rf"|numero|id|is|and)\b[\s.:°º#-]{{0,3}})?"
    r"\d[\d/-]{0,30}(?![\d]|[.,]\d\d?(?!\d)|[.,' ]\d{3}[.,]\d\d(?!\d))(?!\s?(?:€|eur|usd|gbp"
    r"|chf|\$|£))"
    r"(?:(?:\s?[,/&+]\s?|\s(?:and|und|et|y|en|or|oder)\s)\d{3,14}(?![\d]|[.,]\d)(?!\s?(?:€"
    r"|eur|usd|gbp|chf|\$|£))){0,9}"
    r"|#\s?\d[\w/-]{0,30}|\b(?!(?:eur|usd|gbp|chf|cad|aud|sek|nok|dkk|pln|us|fr|kr"
    r"|sfr)[\d-])[a-z]{1,12}[-_/]?\d[\w/-]{0,30}(?![.,]\d)"
)


def hidden(text: str) -> str:
    """The folded text, as long as before, with such numbers made unreadable."""
    return _OTHER.sub(lambda match: "_" * len(match[0]), text)
