"""Invented companies, people and places for the sample ledger."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer sits; phone series hold one ``{}`` field and are empty without numbers."""

    subdivision: str
    timezone: str
    landline: str
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """One country of the sample: how its customers are called, reached and billed."""

    code: str
    currency: str
    locale: str
    billing_mailbox: str
    places: tuple[Place, ...]
    companies: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]

    def person(self, number: int) -> str:
        """Name a person; numbers below the product of both list lengths never share a name."""
        lap, first = divmod(number, len(self.first_names))
        return f"{self.first_names[first]} {self.last_names[(first + lap) % len(self.last_names)]}"


def mail_name(name: str, separator: str) -> str:
    """Join the first two long words of a name in ASCII: ``Oberlöh GmbH`` is ``oberloeh-gmbh``."""
    letters = unicodedata.normalize("NFKD", name.lower().translate(_UMLAUTS))
    ascii_name = letters.encode("ascii", "ignore").decode()
    return separator.join(re.findall(r"[a-z]{3,}", ascii_name)[:2])


# Phone series are those the national regulators keep free for fiction: 555-01xx in North America,
# Ofcom's drama numbers, the Bundesnetzagentur's "Drama Numbers", Arcep's 01 99 00. Japan keeps
# none, so its customers have no phone here rather than somebody's real one. British and French
# customers have no mobile because number checkers reject their fictional mobile series.
_US = Country(
    code="US",
    currency="USD",
    locale="en_US",
    billing_mailbox="ap",
    places=(
        Place("NY", "America/New_York", "+121255501{:02d}", "+121255501{:02d}"),
        Place("IL", "America/Chicago", "+131255501{:02d}", "+131255501{:02d}"),
        Place("CO", "America/Denver", "+130355501{:02d}", "+130355501{:02d}"),
        Place("CA", "America/Los_Angeles", "+121355501{:02d}", "+121355501{:02d}"),
    ),
    companies=(
        "Larkfield Ridge Supply Co.",
        "Tamsin Creek Millwork LLC",
        "Oddmarsh Harbor Provisions Inc.",
        "Pinebarrow Logistics LLC",
        "Quillhaven Office Products Inc.",
        "Redwick Valley Orchards LLC",
        "Stonebarrow Fabrication Inc.",
        "Cobblerun Packaging Corp.",
        "Windlass Bend Marine Parts Inc.",
        "Hollowquill Outfitters LLC",
        "Copperlatch Hardware Co.",
        "Foxbarrow Junction Printing Inc.",
        "Juniper Latch Catering LLC",
        "Marlwick Pike Electric Inc.",
        "Sagethorn Mesa Irrigation LLC",
        "Thimblewood Playthings Inc.",
        "Velvetgrass Interiors LLC",
        "Wrenlock Fasteners Co.",
    ),
    first_names=("Dana", "Marcus", "Elena", "Terrence", "Priya", "Walter", "Noelle", "Hector"),
    last_names=("Whitlow", "Okafor", "Brandt", "Castellan", "Rourke", "Mehta", "Lindgren", "Sayre"),
)
_GB = Country(
    code="GB",
    currency="GBP",
    locale="en_GB",
    billing_mailbox="accounts",
    places=(
        Place("ENG", "Europe/London", "+442079460{:03d}"),
        Place("SCT", "Europe/London", "+441314960{:03d}"),
    ),
    companies=(
        "Thistlecombe Joinery Ltd",
        "Harrowquay Fen Foods Ltd",
        "Pennylatch Print Works Ltd",
        "Larksworth & Daughters Ltd",
        "Cragsworth Roofing Supplies Ltd",
        "Oatwick Marsh Brewing Ltd",
        "Wickenshaw Quilting Ltd",
        "Saltwick Reach Seafoods Ltd",
        "Brackenlock Tools plc",
        "Dunhollow Plant Hire Ltd",
        "Ferrylatch Stationers Ltd",
        "Glenquarrow Distilling Ltd",
        "Mossquill Ceramics Ltd",
        "Netherquill Bookbinding Ltd",
    ),
    first_names=("Imogen", "Rhys", "Farah", "Angus", "Beatrice", "Callum", "Anjali", "Hugh"),
    last_names=("Ashcombe", "Pryce", "Siddiqui", "Muir", "Fairleigh", "Dunbar", "Nair", "Tolliver"),
)
_DE = Country(
    code="DE",
    currency="EUR",
    locale="de_DE",
    billing_mailbox="buchhaltung",
    places=(
        Place("BE", "Europe/Berlin", "+493023125{:03d}", "+4917139200{:02d}"),
        Place("HH", "Europe/Berlin", "+494066969{:03d}", "+4917139200{:02d}"),
        Place("HE", "Europe/Berlin", "+496990009{:03d}", "+4917139200{:02d}"),
        Place("BY", "Europe/Berlin", "+498999998{:03d}", "+4917139200{:02d}"),
    ),
    companies=(
        "Brunnhagener Apparatebau GmbH",
        "Elterbrück Logistik GmbH",
        "Kaltenroder Feinmechanik GmbH",
        "Weidenloher Naturkost GmbH & Co. KG",
        "Druckhaus Sternquell-Au GmbH",
        "Tannrieder Möbelwerke GmbH",
        "Isenbrücker Getränke GmbH",
        "Falkenlohr Elektrotechnik GmbH",
        "Grünhaller Gartenbau GmbH",
        "Hohenquast Lacke GmbH",
        "Lindhorner Verpackungen GmbH",
        "Mühlfurter Backwaren GmbH",
        "Nordlohr Medizintechnik GmbH",
    ),
    first_names=("Katrin", "Jörg", "Leyla", "Matthias", "Anneliese", "Emre", "Svenja", "Ulrich"),
    last_names=("Brandhuber", "Öztürk", "Wiegand", "Kröger", "Stahlmann", "Pohl", "Demir", "Lenz"),
)
_FR = Country(
    code="FR",
    currency="EUR",
    locale="fr_FR",
    billing_mailbox="comptabilite",
    places=(Place("", "Europe/Paris", "+3319900{:04d}"),),
    companies=(
        "Ateliers Vauclairmont SARL",
        "Boulangerie Montrosselle SAS",
        "Imprimerie Castelbrune SAS",
        "Vergers de Sainte-Aubrelle SARL",
        "Menuiserie Lacombrède SARL",
        "Transports Beaurivel SAS",
        "Céramiques d'Orvallette SAS",
        "Outillage Pontgrelin SA",
    ),
    first_names=("Hélène", "Baptiste", "Nadia", "Guillaume", "Solène", "Karim", "Mireille", "Yann"),
    last_names=(
        "Fauvel",
        "Morvan",
        "Benali",
        "Chastaing",
        "Delorme",
        "Haddad",
        "Roussin",
        "Le Gac",
    ),
)
_JP = Country(
    code="JP",
    currency="JPY",
    locale="ja_JP",
    billing_mailbox="keiri",
    places=(Place("", "Asia/Tokyo", ""),),
    companies=(
        "Kazehara Seimitsu K.K.",
        "Minamorigi Shoji K.K.",
        "Hoshikuma Denki K.K.",
        "Yukinamida Shokuhin K.K.",
        "Takeminato Insatsu K.K.",
        "Aonagizawa Butsuryu K.K.",
        "Shirosawano Kagu G.K.",
    ),
    first_names=("Haruka", "Kenji", "Aiko", "Takumi", "Naomi", "Shinji", "Yuriko", "Daichi"),
    last_names=("Morikage", "Fujinami", "Okabe", "Tsukada", "Hirano", "Kuze", "Asahina", "Nomura"),
)
COUNTRIES = (_US, _GB, _DE, _FR, _JP)
