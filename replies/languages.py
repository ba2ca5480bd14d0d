"""Which of the five languages a message is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

from replies.folding import folded

LANGUAGES = ("en", "de", "fr", "es", "nl")

_MOST_READ = 4_000
_PRIOR = 1.5
_WORD = re.compile(r"[a-z]+")
_PAIR_WEIGHT = 1.5
# Words that hold a sentence together or that letters about invoices are full of, accents taken off.
# A word two languages share counts for both.
_OWN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "en": """
        the a an of to in on at is are was were be been am i you we he she they it this
        that these those and or but not no yes if for from with by as our your my their us
        me them will would can could should shall have has had do does did don didn won
        isn what when where which who why how please thanks thank hello hi dear regards
        sorry already there here any all more than then still yet soon just only about
        after before until pay paid payment invoice invoices bill week month day today
        tomorrow tonight next last send sent get got know let make need want stop number
        texting account again friday monday tuesday wednesday thursday now out up its im
        ill ive cant half old new due copy bank check wrong asap ok okay call back never
        whose remove unsubscribe cheque wire remittance statement dispute disputed price
        lost job scam goods received resend cannot cancel order charged twice done
        regarding credit note late delay boss accountant director
    """,
        "de": """
        der die das den dem des ein eine einen einem einer und oder aber nicht kein keine
        ja nein wenn fur von vom mit bei aus nach zu zum zur in im am an auf um als auch
        ist sind war waren sein wird werden wurde haben hat hatte habe kann konnen konnten
        muss mussen soll ich du sie wir er es ihr ihre ihren ihrer ihnen uns unser unsere
        mir mich dir dich bitte danke dank hallo guten tag liebe lieber sehr geehrte
        geehrter grusse gruss schon bereits noch nur erst dann da so wie was wann wo warum
        dass diese dieser dieses diesen rechnung rechnungen zahlung zahlen bezahlt
        bezahlen uberwiesen uberweisen uberweisung betrag konto woche monat heute morgen
        ubermorgen gestern nachste nachsten ende tage tagen freitag montag dienstag
        mittwoch donnerstag gehen geht raus beglichen mehr moin ueberwiesen fuer naechste
        keinen falsche nummer leider geld schicken erhalten mahnung offen hab wieder
        abmelden doppelt berechnet erledigt skonto vergessen arbeitslos ratenzahlung raten
        ware lieferung geliefert preis menge falsch storniert gutschrift buchhaltung
        urlaub zuruck melde ruhe lassen dauert sobald wegen rechne gezahlt abgebucht
        bekommen kommt ab wofur nochmal erneut
    """,
        "fr": """
        le la les un une des du de et ou mais ne pas plus si pour par avec dans sur au aux
        en est sont etait etre sera serons avons avez ai as a ont je tu il elle nous vous
        ils on ce cette ces cet qui que quoi quand comment pourquoi mon ma mes votre vos
        notre nos leur leurs lui y bonjour bonsoir merci cordialement salutations madame
        monsieur oui non deja encore tres bien fait faire peut pouvez pouvons veuillez svp
        facture factures paiement payer paye payee payerons virement regler regle reglee
        reglement montant compte semaine mois jour jours demain hier prochain prochaine
        fin debut vendredi lundi mardi mercredi jeudi effectue envoyer envoyez avant rien
        tout toute chez c d l j n s qu aujourd hui apres arretez recu recue copie cela ca
        moi jamais toujours desabonner desinscrire reclamation litige doublon avoir
        marchandise livraison livree prix faux arreter laissez tranquille mauvais numero
        comptabilite conges retour chomage argent plusieurs fois erreur commande envoye
        verse retard renvoyer doit accord
    """,
        "es": """
        el la los las un una unos unas del de y o pero no si para por con en al se es son
        era esta estan este esto ser sera hemos han ha he hay yo tu usted ustedes nosotros
        nos ellos lo le les que quien cuando como donde porque mi mis su sus nuestro
        nuestra nuestros buenos buenas dias tardes hola gracias saludos estimado estimada
        senor senora ya aun mas muy bien hacer hecho puede pueden podemos favor factura
        facturas pago pagar pagado pagada pagaremos pagamos transferencia importe cuenta
        semana mes dia hoy manana ayer proximo proxima fin viernes lunes martes miercoles
        jueves enviar envien antes nada todo toda sin sobre estamos tenemos tengo vamos
        haremos deje dejen recibido copia adjunto a me acuerdo estoy baja darse dejenme
        paz reclamado reclamacion mercancia entrega precio mal equivocado numero
        contabilidad vacaciones paro dinero plazos error pedido nunca recibimos duplicada
        llame llamo luego debo debemos cobrado veces enviado adeudo remesa retraso eso
    """,
        "nl": """
        de het een en of maar niet geen ja nee als voor van met bij uit naar te tot in op
        om aan ook is zijn was waren wordt worden werd hebben heeft had heb kan kunnen
        moet moeten zal zullen ik je jij jullie u wij we hij zij ze ons onze mij me mijn
        uw haar hun graag bedankt dank hallo goedemorgen goedemiddag dag beste geachte
        groet groeten vriendelijke al reeds nog pas dan daar er zo wat wanneer waar waarom
        dat deze dit die factuur facturen betaling betalen betaald betaal overgemaakt
        overmaken bedrag rekening week maand vandaag morgen overmorgen gisteren volgende
        eind einde dagen vrijdag maandag dinsdag woensdag donderdag gaat doen wil sturen
        stuur gestuurd ontvangen alstublieft aub svp verkeerde nummer weer komt kopie
        stoppen meer gelieve afmelden uitschrijven dubbel gefactureerd geld gedaan klopt
        prijs aantal verkeerd goederen levering geleverd nooit creditnota boekhouding
        vakantie terug bel rust laat laten termijnen opnieuw loopt gereclameerd besteld
        krijg gekregen even navragen waarvoor zodra wegens storneren werkloos incasso
    """,
    }
)
# Pairs and triples of letters that one of the five writes far more often than the others.
_OWN_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "en": "th wh ght ould ough sh ing tion ee wn",
        "de": "sch cht ung eit tz ck uber ie pf zahl ei ich",
        "fr": "eau oux eux ais ait ez qu aire ement ous eur oi",
        "es": "cion mos que ll ado ido ando iendo amos ero emos",
        "nl": "ij oo aa ee uu oe ui sch ijk aar oor ou",
    }
)
_OWN_SIGNS: Mapping[str, str] = MappingProxyType(
    {"de": "äöüß", "fr": "çèêàùâîôûœ", "es": "ñ¿¡áíóú", "nl": "ĳ"}
)


def language_of(text: str, locale: str = "") -> str:
    """The language of a text: ``en``, ``de``, ``fr``, ``es`` or ``nl``.

    `locale` is the sender's, such as ``de-CH`` or ``fr_FR``; it decides where the text is too short
    to tell, and English does where the locale is none of the five.
    """
    expected = locale.replace("_", "-").split("-")[0].lower()
    scores = _scores(text[:_MOST_READ])
    if expected in scores:
        scores[expected] += _PRIOR
    elif not any(scores.values()):
        return "en"
    return max(LANGUAGES, key=lambda language: (scores[language], language == expected))


def _scores(text: str) -> dict[str, float]:
    words = _WORD.findall(folded(text))
    scores = dict.fromkeys(LANGUAGES, 0.0)
    for word in words:
        speakers = _SPEAKERS.get(word, ())
        for language in speakers:
            scores[language] += _WEIGHTS[len(speakers)]
        if not speakers:
            _add_letters(word, scores)
    for first, second in pairwise(words):
        if language_ := _PAIRS.get((first, second)):
            scores[language_] += _PAIR_WEIGHT
    for language, signs in _OWN_SIGNS.items():
        scores[language] += sum(0.4 for sign in text.lower() if sign in signs)
    return scores


def _add_letters(word: str, scores: dict[str, float]) -> None:
    for language, groups in _LETTERS.items():
        scores[language] += sum(0.12 for group in groups if group in word)


def _speakers() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language, words in _OWN_WORDS.items():
        for word in set(words.split()):
            found[word] = (*found.get(word, ()), language)
    return found


_WEIGHTS = {1: 1.0, 2: 0.5, 3: 0.3, 4: 0.2, 5: 0.1}
_SPEAKERS = _speakers()
_LETTERS = {language: groups.split() for language, groups in _OWN_LETTERS.items()}
_PAIRS = {
    ("in", "the"): "en",
    ("on", "the"): "en",
    ("we", "will"): "en",
    ("in", "der"): "de",
    ("in", "den"): "de",
    ("de", "la"): "fr",
    ("de", "los"): "es",
    ("en", "el"): "es",
    ("la", "semana"): "es",
    ("la", "semaine"): "fr",
    ("in", "de"): "nl",
    ("op", "de"): "nl",
    ("van", "de"): "nl",
    ("van", "het"): "nl",
    ("die", "rechnung"): "de",
    ("we", "have"): "en",
}
