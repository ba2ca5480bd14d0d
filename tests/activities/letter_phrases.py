"""What the letters of one language must say, and must not, in that language's words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Amount and dates are those of the usual request; lists hold words in lower case."""

    amount: str
    days_overdue: str
    one_day_overdue: str
    paid_lately: str
    contacts: str
    promised: str
    way_out: str
    overdue_words: tuple[str, ...]
    threats: tuple[str, ...]
    telling: tuple[str, ...]


PHRASES = {
    "en": Phrases(
        amount="€1,200.00",
        days_overdue="12 days overdue",
        one_day_overdue="1 day overdue",
        paid_lately="last three days",
        contacts="on March 25, 2026 and April 5, 2026.",
        promised="April 1, 2026",
        way_out="Reply STOP to opt out.",
        overdue_words=("overdue", "past due", "past the due"),
        threats=("legal action", "court", "credit bureau", "interest", "fee"),
        telling=("debt", "overdue", "invoice", "1,200"),
    ),
    "de": Phrases(
        amount="1.200,00 €",
        days_overdue="seit 12 Tagen überfällig",
        one_day_overdue="seit einem Tag überfällig",
        paid_lately="letzten drei Tagen",
        contacts="am 25. März 2026 und 5. April 2026 ",
        promised="1. April 2026",
        way_out="Abmelden mit STOP.",
        overdue_words=("überfällig", "mahnung", "verzug"),
        threats=("gericht", "schufa", "verzugszins", "mahngebühr", "zinsen"),
        telling=("schuld", "mahnung", "fällig", "rechnung", "1.200"),
    ),
    "fr": Phrases(
        amount="1 200,00 €",
        days_overdue="12 jours de retard",
        one_day_overdue="1 jour de retard",
        paid_lately="trois derniers jours",
        contacts="le 25 mars 2026 et le 5 avril 2026.",
        promised="1er avril 2026",
        way_out="Désinscription : STOP.",
        overdue_words=("retard", "échue", "dépassée", "impayé", "relance"),
        threats=("tribunal", "huissier", "mise en demeure", "intérêts", "pénalité", "frais"),
        telling=("dette", "créance", "retard", "échéance", "facture", "1 200"),
    ),
    "es": Phrases(
        amount="1.200,00 €",
        days_overdue="12 días de retraso",
        one_day_overdue="1 día de retraso",
        paid_lately="últimos tres días",
        contacts="el 25 de marzo de 2026 y el 5 de abril de 2026.",
        promised="1 de abril de 2026",
        way_out="Baja: STOP.",
        overdue_words=("retraso", "vencid", "venció", "impag", "reclama"),
        threats=("judicial", "juzgado", "burofax", "intereses", "recargo", "moroso", "gastos"),
        telling=("deuda", "vencid", "venció", "pago", "factura", "1.200"),
    ),
    "nl": Phrases(
        amount="€ 1.200,00",
        days_overdue="12 dagen te laat",
        one_day_overdue="1 dag te laat",
        paid_lately="afgelopen drie dagen",
        contacts="op 25 maart 2026 en 5 april 2026.",
        promised="1 april 2026",
        way_out="Afmelden: STOP.",
        overdue_words=("te laat", "aanmaning", "achterstallig", "verstreken", "herinnering"),
        threats=("rechter", "deurwaarder", "ingebrekestelling", "sommatie", "rente", "kosten"),
        telling=("schuld", "aanmaning", "vervallen", "betal", "factuur", "1.200"),
    ),
}
