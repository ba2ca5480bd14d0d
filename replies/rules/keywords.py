"""Words that, standing alone, are a demand to stop contact."""

from __future__ import annotations

import re

from replies.rules.folding import folded


def is_stop_keyword(text: str) -> bool:
    """Whether the whole body is a stop word in one of the five languages, politeness apart."""
    words = re.sub(r"[^a-z0-9 ]", " ", folded(text[:_LONGEST], ""))
    bare = " ".join(word for word in words.split() if word not in _POLITE)
    return len(text.strip()) < _LONGEST and bare in _KEYWORDS


_LONGEST = 60
_POLITE = frozenset(
    "please pls plz thanks thank you now bitte danke jetzt sofort svp stp merci maintenant por "
    "favor gracias ya ahora aub alsjeblieft graag nu dank bedankt sms text texts all to the".split()
)
# The words carriers honour, their forms in the other languages, and the usual mistypings.
_KEYWORDS = frozenset(
    word.strip()
    for word in """
    stop | stopp | stopall | stop all | stpo | sotp | stop stop | stop stop stop | stopp stopp
    | arret | arrets | arreter | arretez | arete | baja | darme de baja | dar de baja | alto | pare
    | parar | cancelar | stoppen | stop ermee | afmelden | meld me af | afmelding | uitschrijven
    | quit | end | cancel | revoke | optout | opt out | opt me out | unsubscribe | unsubscribe me
    | remove | remove me | abmelden | abbestellen | austragen | ende | desabonner | desabonnement
    | desinscription | desinscrire | desinscrivez moi | desuscribir | desuscribirme | no mas | basta
    | genug | fin
    """.split("|")
)
