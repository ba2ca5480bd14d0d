"""The countries whose rules on late payment Duncan knows, each a dated table with its source."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dunning.countries.au import AU
from dunning.countries.ca import CA
from dunning.countries.de import BASE_RATE, DE
from dunning.countries.eu import EU, EURO_AREA, MAIN_REFINANCING
from dunning.countries.fr import FR, LEGAL_RATE
from dunning.countries.gb import BANK_RATE, GB
from dunning.countries.nl import CONSUMER_RATE, NL
from dunning.countries.se import REFERENCE_RATE, SE
from dunning.countries.table import Debtor, Jurisdiction, NotClaimable, RateTable
from dunning.countries.us import US

JURISDICTIONS: Mapping[str, Jurisdiction] = MappingProxyType(
    {one.code: one for one in (GB, EU, DE, FR, NL, SE, US, CA, AU)}
)
# What `policies/rates.toml` calls the tables of rates.
TABLES: Mapping[str, RateTable] = MappingProxyType(
    {
        "gb_bank_rate": BANK_RATE,
        "ecb_main_refinancing": MAIN_REFINANCING,
        "de_base_rate": BASE_RATE,
        "fr_legal_rate": LEGAL_RATE,
        "nl_statutory_rate": CONSUMER_RATE,
        "se_reference_rate": REFERENCE_RATE,
    }
)


def jurisdiction(
    debtor: Debtor,
    creditor: str,
    residence: str,
    agreed: str = "",
    laws: Mapping[str, Jurisdiction] = JURISDICTIONS,
) -> Jurisdiction:
    """Whose rules hold: the agreed law, else that of the creditor's country (ISO 3166).

    Consumers keep the rules of the country they live in. Raises NotClaimable where there is none.
    """
    country = residence if debtor == "consumer" else (agreed or creditor)
    if country in laws:
        return laws[country]
    if country in EURO_AREA:
        return laws[EU.code]
    where = country or "an unknown country"
    raise NotClaimable(f"There is no table of late-payment rules for {where}.")
