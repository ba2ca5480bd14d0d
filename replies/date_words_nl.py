"""Dutch words of dates."""

from __future__ import annotations

from replies.date_vocabulary import Vocabulary

_DAYS = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split()
_PARTS = "ochtend middag avond morgen".split()
_TYPOS = "mandag;dindag;woensdg wonsdag;donderdg;vrijdg vrydag vridag;zaterdg;zndag"
_WEEKDAYS = ";".join(
    " ".join([day, *(day + part for part in _PARTS), *typos.split()])
    for day, typos in zip(_DAYS, _TYPOS.split(";"), strict=True)
)
_ORDINALS = (
    "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde"
    " dertiende veertiende vijftiende zestiende zeventiende achttiende negentiende twintigste"
    " eenentwintigste tweeentwintigste drieentwintigste vierentwintigste vijfentwintigste"
    " zesentwintigste zevenentwintigste achtentwintigste negenentwintigste dertigste"
    " eenendertigste"
).split()

VOCABULARY = Vocabulary(
    months="januari jan;februari febr feb;maart mrt;april apr;mei;juni jun;juli jul;augustus aug;"
    "september sept sep;oktober okt october;november nov;december dec dezember",
    weekdays=_WEEKDAYS,
    short_weekdays="ma;di;wo;do;vr vrij;za;zo",
    numbers="twee=2 drie=3 vier=4 vijf=5 zes=6 zeven=7 acht=8 negen=9 tien=10 elf=11 twaalf=12"
    " veertien=14 vijftien=15 twintig=20 eenentwintig=21 dertig=30 veertig=40 zestig=60",
    ordinals=" ".join(f"{word}={number}" for number, word in enumerate(_ORDINALS, 1)),
    signs={
        "1": "een n",
        "N": "volgende volgend volgnde eerstvolgende daaropvolgende vlgnde",
        "C": "komende aankomende aanstaande a_s as komend eerstkomende",
        "T": "deze dit lopende huidige",
        "L": "afgelopen vorige vorig laatste jongstleden jl verleden",
        "S": "sinds",
        "E": "eind einde laatste_dag eindje",
        "B": "begin",
        "M": "midden half medio halverwege",
        "W": "week weekje",
        "v": "weken",
        "O": "maand",
        "n": "maanden maand_en",
        "D": "dag",
        "j": "dagen dgn",
        "k": "werkdagen werkdag bankwerkdagen",
        "Q": "kwartaal",
        "Y": "jaar",
        "h": "uur uren",
        "H": "vandaag vndaag vandaagnog vanmiddag vanavond vanochtend vanmorgen vannacht heden vdg",
        "A": "morgenochtend morgenmiddag morgenavond morgenvroeg morgen mrgn mrogen morge",
        "Z=2": "overmorgen overmrgn",
        "P": "ochtend middag avond namiddag voormiddag vroeg",
        "J": "einde_dag eind_van_de_dag einde_van_de_dag einde_van_dag eind_dag einde_werkdag"
        " middernacht sluitingstijd eind_vd_dag",
        "I": "binnen_nu_en in binnen over gedurende geef_ons geef_me tijdens in_de_loop",
        "u": "voor tot uiterlijk t_m tegen tot_en_met per ten_laatste",
        "+": "nog extra",
        ",": "aub svp alstublieft alsjeblieft dus namelijk",
        "p": "op rond omstreeks ongeveer vanaf tegen_de ca circa",
        "t": "de het",
        "f": "van vd der",
        "g": "geleden terug",
        "q": "later vanaf_nu vanaf_vandaag",
        "R": "of a",
        "r": "en",
        "b": "tussen",
        "V": "maandags dinsdags woensdags donderdags vrijdags binnenkort spoedig asap zsm"
        " zo_snel_mogelijk zo_spoedig_mogelijk snel_mogelijk"
        " op_korte_termijn korte_termijn ooit een_dezer_dagen dezer_dagen een_paar_dagen"
        " paar_dagen"
        " enkele_dagen enkele_weken een_paar_weken paar_weken ergens per_omgaande z_s_m"
        " spoedig_mogelijk",
        "e=after_weekend": "na_het_weekend na_het_weekeinde",
        "e=month": "maandeinde ultimo einde_maand eind_maand",
        "e=year": "jaareinde",
        "X": "weekend weekeinde",
        "l": "weeknummer",
        "a": "na",
        "U": "gisteren eergisteren",
        "z": "netto betalingstermijn betaaltermijn betalingsvoorwaarden",
        "i": "factuur facturen nr nummer factuurnummer ref referentie bestelling order herinnering"
        " aanmaning termijn termijnen deel keer stuks verdieping brief mail klantnummer pakbon"
        " betaling betalingen regel regels",
    },
)
