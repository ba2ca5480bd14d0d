"""German words of dates."""

from __future__ import annotations

from replies.date_vocabulary import Vocabulary

_DAYS = "montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
_PARTS = "morgen frueh fruh vormittag mittag nachmittag abend".split()
_TYPOS = (
    "mon;dinstag;mitwoch;donerstag don;freitg feitag fretag freita;samtag sonnabend;sontag sonntags"
)
_WEEKDAYS = ";".join(
    " ".join([day, *(day + part for part in _PARTS), *typos.split()])
    for day, typos in zip(_DAYS, _TYPOS.split(";"), strict=True)
)
_TENS = {"zwanzig": 20, "dreissig": 30, "dreisig": 30}
_ONES = "ein zwei drei vier funf sechs sieben acht neun".split()
_ENDINGS = ("te", "ten", "ter")
_SMALL_ORDINALS = (
    "erst zweit dritt viert funft sechst siebt acht neunt zehnt elft zwolft dreizehnt vierzehnt"
    " funfzehnt sechzehnt siebzehnt achtzehnt neunzehnt zwanzigst"
).split()
_ORDINALS = {
    **{word: number for number, word in enumerate(_SMALL_ORDINALS, 1)},
    **{f"{one}undzwanzigst": 20 + number for number, one in enumerate(_ONES, 1)},
    "dreissigst": 30,
    "dreisigst": 30,
    "einunddreissigst": 31,
    "einunddreisigst": 31,
}

VOCABULARY = Vocabulary(
    months="januar jan janner jaenner;februar feb feber;marz maerz mrz;april apr;mai;juni jun"
    " juno;"
    "juli jul julei;august aug;september sept sep;oktober okt october;november nov;"
    "dezember dez december decemer",
    weekdays=_WEEKDAYS,
    short_weekdays="mo;di die;mi;do don;fr;sa;so",
    numbers="eins=1 zwei=2 drei=3 vier=4 funf=5 fuenf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10"
    " elf=11 zwolf=12 zwoelf=12 vierzehn=14 funfzehn=15 fuenfzehn=15 zwanzig=20 einundzwanzig=21"
    " dreissig=30 dreisig=30 vierzig=40 sechzig=60 neunzig=90 zwo=2",
    ordinals=" ".join(
        f"{word + ending}={number}"
        for word, number in _ORDINALS.items()
        for ending in ("en", "e", "er")
    ),
    signs={
        "1": "ein eine einer einem einen ne ner nem",
        "N": "na nachste nachsten nachster nachstem nachstes naechste naechsten naechster naechstem"
        " naechstes nexte nexten nachst folgende folgenden folgender darauffolgende"
        " darauffolgenden darauffolgender ubernachste_folgende nchste nchsten nachte nachten",
        "C": "kommende kommenden kommender kommendem kommendes",
        "T": "diese diesen dieser diesem dieses dies laufenden laufende laufender jetzigen"
        " aktuellen der_laufenden des_laufenden",
        "G": "vor",
        "L": "letzte letzten letzter letztem letztes vergangene vergangenen vergangener vorige"
        " vorigen"
        " voriger",
        "S": "seit",
        "E": "ende ablauf schluss letzter_tag letzten_tag ende_des",
        "B": "anfang beginn zu_beginn anfangs",
        "M": "mitte mittig",
        "W": "woche wo",
        "v": "wochen",
        "O": "monat monats",
        "n": "monaten monate mon",
        "D": "tag tages",
        "j": "tage tagen tg kalendertage kalendertagen",
        "k": "werktage werktagen arbeitstage arbeitstagen bankarbeitstage bankarbeitstagen werktag"
        " banktage banktagen geschaftstage geschaftstagen geschaeftstagen bankarbeitstag"
        " arbeitstag",
        "Q": "quartal quartals",
        "Y": "jahr jahres jahren jahre",
        "h": "stunden std stunde",
        "H": "heute heut heutigen heutiger heutige",
        "A": "morgen moregn mrogen morgigen morgige",
        "Z=2": "ubermorgen uebermorgen ubermorgn",
        "P": "fruh frueh vormittag mittag nachmittag abend abends nachmittags vormittags"
        " mittags nacht"
        " morgens",
        "J": "tagesende ende_des_tages feierabend geschaftsschluss geschaeftsschluss dienstschluss"
        " buroschluss bueroschluss mitternacht",
        "I": "in innerhalb binnen spatestens_in innert im_laufe im_lauf"
        " im_verlauf geben_sie_uns gib_uns gebt_uns wahrend",
        "u": "bis bis_spatestens spatestens spaetestens zum bis_zum fur fuer gegen",
        "+": "noch weitere weiteren weiterer weiteres zusatzliche",
        ",": "bitte bitteschon also sprich namlich",
        "p": "am im vom ab zu den circa ca etwa um",
        "t": "d der die das dem des den",
        "f": "von",
        "q": "spater ab_heute von_heute_an ab_jetzt zeit",
        "R": "oder bzw beziehungsweise",
        "r": "und sowie",
        "b": "zwischen",
        "V": "montags dienstags mittwochs donnerstags freitags samstags sonntags bald demnachst"
        " demnaechst baldmoglichst baldmoeglichst schnellstmoglich"
        " schnellstmoeglich umgehend zeitnah in_kurze in_kuerze irgendwann kurzfristig"
        " in_absehbarer_zeit sobald_wie_moglich so_bald_wie_moglich so_schnell_wie_moglich"
        " alsbald einige_tage einigen_tagen ein_paar_tage ein_paar_tagen paar_tage paar_tagen"
        " einigen_wochen ein_paar_wochen paar_wochen wenigen_tagen wenige_tage",
        "e=after_weekend": "nach_dem_wochenende nach_wochenende",
        "e=month": "monatsende monatsultimo ultimo monatsletzten monatsletzter monatsschluss"
        " monatsabschluss",
        "e=week": "wochenende_freitag wochenschluss",
        "e=next_month_start": "monatsanfang monatsbeginn",
        "e=mid_month": "monatsmitte",
        "e=mid_week": "wochenmitte",
        "e=week_start": "wochenanfang wochenbeginn",
        "e=quarter": "quartalsende",
        "e=year": "jahresende",
        "X": "wochenende",
        "l": "kalenderwoche",
        "a": "nach ab_rechnungsdatum ab_erhalt",
        "U": "gestern vorgestern",
        "z": "netto zahlungsziel skonto zahlungsbedingungen zahlbar ziel",
        "i": "rechnung rechnungen nr nummer mahnung rate raten teil halfte rechnungsnummer re"
        " rg beleg"
        " bestellung auftrag zahlung kundennummer stock etage mal position erinnerung lieferschein"
        " mail schreiben posten stuck stueck",
    },
)
