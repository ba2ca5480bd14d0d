"""Amounts of money, and shares of what is owed, that a message names."""

from __future__ import annotations

import re
from decimal import Decimal

from replies.currencies import CURRENCY, currency_of
from replies.folding import folded
from replies.fractions import fractions_in
from replies.numbers_of_other_things import hidden
from replies.spans import AmountSpan

__all__ = ["amounts_in", "fractions_in"]

_MOST_READ = 20_000
_MOST_WHOLE_DIGITS = 12
_FEWEST_SPOKEN = 10
_GROUPED_DIGITS = 3
_NUMBER = (
    r"\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3}){0,3}(?:[.,]\d{1,2})?(?!\d)"
    r"|\d{1,12}(?:[.,]\d{1,3})?"
)
_THOUSANDS = "k tsd tausend thousand grand mille mil duizend".split()
_MILLIONS = "mio million millionen millions millon millones miljoen mn".split()
_AMOUNT = re.compile(
    rf"(?P<minus>(?<![\w-])[-−]\s?)?(?:(?P<before>{CURRENCY})\s?)?(?P<inner>[-−])?"  # noqa: RUF001  # People do write the typographic minus.
    rf"(?<![\w.,/:'#_])(?P<number>{_NUMBER})(?P<dash>[.,][-–—]{{1,2}})?"
    rf"(?:\s?(?P<times>{'|'.join(_THOUSANDS + _MILLIONS)}|m(?=\s?(?:€|eur)))\b\.?)?"
    rf"(?:\s?(?P<after>{CURRENCY}))?(?P<trail>-(?!\s?\d|\w))?"
    r"(?![\d_/:]|[.,'-]\d)"
)
# What somebody says before a bare number of money.
_MONEY = re.compile(
    r"(?:\b(?:manage|afford|offer|can do|could do|que|maar|nur|solo|pay|pays|paid|payed"
    r"|paying|payment|send|sent|sending|transfer|transferred|transferring|wire|wired|remit"
    r"|remitted|"
    r"deposit|deposited|settle|settled|owe|amount|sum|balance|total|only|remaining|rest"
    r"|rate of|instalments? of|"
    r"installments? of|zahle|zahlen|bezahlen|bezahlt|gezahlt|uberweise|uberweisen|uberwiesen"
    r"|ueberwiesen|betrag|summe|"
    r"anzahlung|restbetrag|rate|raten|zahlung|payer|paye|payons|payerons|verser|verse|versons"
    r"|verserons|regler|regle|reglons|reglerons|virer|vire|"
    r"montant|somme|solde|virement|versement|acompte|paiement|pagar|pago|pagamos|pagaremos"
    r"|pagado|abonar|abonamos|"
    r"abonaremos|abonado|transferir|transferimos|transferiremos|transferido|importe|suma"
    r"|saldo|transferencia|"
    r"betaal|betalen|betaald|betaling|overmaken|overgemaakt|maak|maken|bedrag|som|restant"
    r"|aanbetaling)\b)"
    r"(?:\s(?:you|u|the|a|an|of|about|approx|around|only|just|us|another|exactly|out|off|uber"
    r"|von|in hohe von|ihnen|"
    r"nur|noch|ca|circa|der|die|de|d'|seulement|environ|vous|por|un|una|unos|solo|sobre|van"
    r"|over|ongeveer|slechts|"
    r"nog|jullie|is|was|ist|war|wurden?|worden|haben?|wir|ich|we|wij|have|been|were|hemos"
    r"|nous|on|est|es|for|fur|ein|une|den)){0,3}[\s:=]{1,2}$"
)
_COUNTED = re.compile(
    r"\s?(?:%|°|x\b|(?:days?|dys|weeks?|wks?|months?|mths?|hours?|hrs?|minutes?|mins?|years?"
    r"|invoices?|items?|times|units?|pieces|pcs|boxes|"
    r"pallets|people|instal?lments?|reminders?|emails?|letters?|bills?|orders?|working|business|"
    r"tage?n?|wochen?|monate?n?|stunden?|jahre?n?|rechnungen|stuck|raten|mal|werktage?n?"
    r"|kartons|paletten|mahnungen|"
    r"jours?|semaines?|mois|heures?|ans|annees|factures?|pieces|fois|cartons|palettes"
    r"|articles|relances|"
    r"dias?|semanas?|mes|meses|horas?|anos|facturas?|veces|unidades|cajas|plazos|cuotas|"
    r"dagen|weken|maand|maanden|uur|uren|jaar|facturen|stuks|keer|dozen|termijnen|werkdagen"
    r"|uhr|h|st|nd|rd|th|kg|km|"
    r"ouvres|habiles|laborables|jan\w*|feb\w*|fev\w*|mar(?:s|z|ch|zo|et)?|maart|mrt|apr\w*"
    r"|avr\w*|abr\w*|may|mai|mei|mayo|jun\w*|juin|jul\w*|juil\w*|"
    r"aug\w*|aout|ago\w*|sep\w*|oct\w*|okt\w*|nov\w*|dec\w*|dez\w*|dic\w*|ene\w*|de (?:enero"
    r"|febrero|marzo|abril|mayo|junio|julio|"
    r"agosto|septiembre|octubre|noviembre|diciembre))\b)"
)
_DAY_BEFORE = re.compile(
    r"\b(?:on|by|until|am|bis|vom|zum|den|dem|ab|le|el|du|au|op|voor|per|tot|till|at|um|om"
    r"|dated|version|v|avant|antes del|vor|"
    r"mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|maandag|dinsdag"
    r"|woensdag|donderdag|vrijdag)[\s,]{1,2}$"
)
_DAY_AND_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])")
# A verb that stands behind its number: 600 zahlen.
_PAYING = re.compile(r"\s(?:be|ein|an)?(?:zahlen|zahle|uberweisen|betalen|overmaken|payer|pagar)\b")
_LOOK_BACK = 60


def amounts_in(text: str, language: str, locale: str = "") -> tuple[AmountSpan, ...]:
    """The amounts a text names, in its order, in major units; a minus before or behind counts.

    `language` tells what `mil` is, `locale` (``en-AU``) whose dollars are meant. A number without
    a currency counts when it is written like money or follows a word of payment; numbers of
    invoices, phones, accounts and dates do not. `currency` is empty where the text names none.
    """
    plain = folded(text[:_MOST_READ])
    visible = hidden(plain)
    found: list[AmountSpan] = []
    for match in _AMOUNT.finditer(visible):
        number = match["number"]
        amount = _value(number, match["times"] or "", language)
        if amount is None or not (_has_currency(match) or _is_money(visible, match, amount)):
            continue
        sign = -1 if match["minus"] or match["inner"] or match["trail"] else 1
        start, end = _trimmed(match)
        currency = currency_of(match["before"] or match["after"] or "", locale)
        found.append(AmountSpan(start, end, text[start:end], sign * amount, currency))
    return tuple(found)


def _has_currency(match: re.Match[str]) -> bool:
    return bool(match["before"] or match["after"] or match["dash"])


def _is_money(text: str, match: re.Match[str], amount: Decimal) -> bool:
    """Whether a number without a currency is money: by its form, or by the words before it."""
    before, after = (
        text[max(0, match.start() - _LOOK_BACK) : match.start()],
        text[match.end() :][:20],
    )
    if _COUNTED.match(after):
        return False
    number = match["number"]
    is_day = bool(_DAY_AND_MONTH.fullmatch(number) and _DAY_BEFORE.search(before))
    is_written_so = bool(re.search(r"[.,]\d\d$|[.,']\d{3}", number) or match["times"] == "k")
    if is_written_so and not is_day:
        return True
    is_spoken = _MONEY.search(before) or _PAYING.match(after)
    return bool(is_spoken) and amount >= _FEWEST_SPOKEN


def _value(number: str, times: str, language: str) -> Decimal | None:
    """The number in major units; three digits behind a mark are thousands, fewer are cents."""
    digits = re.sub(r"[ ']", "", number)
    last = max(digits.rfind("."), digits.rfind(","))
    behind = len(digits) - last - 1 if last >= 0 else 0
    is_grouped = behind == _GROUPED_DIGITS and not digits.startswith("0")
    if last >= 0 and not is_grouped:
        digits = re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    else:
        digits = re.sub(r"[.,]", "", digits)
    value = Decimal(digits) * _multiplier(times, language)
    if value == 0 or value.adjusted() >= _MOST_WHOLE_DIGITS:
        return None
    return value.quantize(Decimal("0.01")) if value == value.quantize(Decimal("0.01")) else value


def _multiplier(times: str, language: str) -> int:
    if times in _MILLIONS or times == "m" or (times == "mil" and language == "en"):
        return 1_000_000
    return 1_000 if times else 1


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    start, end = match.span()
    lead = len(match[0]) - len(match[0].lstrip())
    return start + lead, end - (len(match[0]) - len(match[0].rstrip()))
