"""How people write a currency, and which one they mean."""

from __future__ import annotations

_CODES = (
    "eur usd gbp chf cad aud nzd sek nok dkk pln czk huf ron bgn inr jpy cny zar mxn brl sgd hkd"
    " aed"
).split()
_WORDS = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "us$": "USD",
    "ca$": "CAD",
    "au$": "AUD",
    "a$": "AUD",
    "c$": "CAD",
    "euro": "EUR",
    "euros": "EUR",
    "eu": "EUR",
    "eurs": "EUR",
    "eurot": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "sterling": "GBP",
    "pfund": "GBP",
    "libras": "GBP",
    "livres": "GBP",
    "ponden": "GBP",
    "pond": "GBP",
    "franken": "CHF",
    "sfr": "CHF",
    "fr.": "CHF",
    "francs": "CHF",
    "francos": "CHF",
    "zł": "PLN",
    "zl": "PLN",
    "kronor": "SEK",
    "kroner": "",
    "bucks": "USD",
    "dollar": "",
    "dollars": "",
    "dolares": "",
    "$": "",
    "kr": "",
    "pesos": "",
}
_DOLLARS = {"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN"}
_CROWNS = {"NO": "NOK", "DK": "DKK", "SE": "SEK"}

_SIGNS = r"us\$|ca\$|au\$|[ac]\$|[€£$¥₹]"
_LETTERS = "|".join(
    sorted(
        (
            word.replace(".", r"\.")
            for word in [*_CODES, *_WORDS]
            if word[0].isalpha() and "$" not in word
        ),
        key=len,
        reverse=True,
    )
)
CURRENCY = rf"(?:{_SIGNS}|(?<![a-z])(?:{_LETTERS})(?![a-z]))"


def currency_of(written: str, locale: str = "") -> str:
    """The ISO code of a written currency; dollars and crowns are those of the locale's country.

    Empty when nothing is written or nobody can tell.
    """
    word = written.strip().lower()
    region = locale.replace("_", "-").upper().partition("-")[2]
    if word in _CODES:
        return word.upper()
    if word in {"$", "dollar", "dollars", "dolares"}:
        return _DOLLARS.get(region, "USD")
    if word in {"kr", "kroner"}:
        return _CROWNS.get(region, "SEK" if word == "kr" else "")
    if word == "pesos":
        return "MXN" if region == "MX" else ""
    return _WORDS.get(word, "")
