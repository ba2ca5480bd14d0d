"""A `rates.toml` of a team that bills in Austria and Poland, and under a new Dutch scale."""

from __future__ import annotations

from dunning.own_rates_text import parse_own_rates

AUSTRIA = """
[[country]]
country = "AT"
name = "Austria"
reference = "Basiszinssatz (OeNB)"

[[country.rate]]
since = "2026-01-01"
percent = "1.53"
source = "OeNB"

[[country.rate]]
since = "2026-07-01"
percent = "1.03"
source = "OeNB, July"

[[country.rule]]
debtor = "business"
since = "2026-02-01"
law = "UGB § 456"
table = "own"
points = "9.2"
due_moves_to_workday = true
sum_law = "UGB § 458"
source = "BGBl. I 50/2013"

[[country.rule]]
debtor = "consumer"
since = "2026-02-01"
law = "ABGB § 1000 (1)"
percent = "4"
year_days = "360"
source = "ABGB"

[[sum]]
country = "AT"
debtor = "business"
since = "2026-01-01"
currency = "EUR"
source = "UGB § 458"

[[sum.tier]]
least = "0.01"
amount = "40.00"
"""
POLAND = """
[[country]]
country = "PL"
name = "Poland"
reference = "stopa referencyjna NBP"

[[country.rate]]
since = "2026-01-01"
percent = "4.00"
source = "NBP"

[[country.rule]]
debtor = "business"
since = "2026-01-01"
law = "Dz.U. 2013 poz. 403"
table = "own"
points = "10"
agreed = "instead"
most = "20"
year_days = "actual"
source = "art. 4"

[[country.rule]]
debtor = "business"
since = "2026-04-01"
law = "Dz.U. 2026 poz. 1"
table = "ecb_main_refinancing"
points = "11"
fixed_at_start = true
compounds_yearly = true
source = "art. 4, new"
"""
SCALE = """
[[sum]]
country = "NL"
since = "2026-07-01"
currency = "EUR"
least = "48.00"
most = "7000.00"
source = "Stb. 2026, 1"

[[sum.band]]
from = "0.00"
percent = "16"

[[sum.band]]
from = "3000.00"
percent = "8.5"

[[sum.band]]
from = "10000.00"
percent = "0.5"
"""
OWN = parse_own_rates(AUSTRIA + POLAND + SCALE, "rates.toml")
