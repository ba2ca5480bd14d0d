"""What is likely to come in and what is likely not to: roll rates, expected cash, provision.

Amounts are minor units of one currency by bucket key; rates are fractions (0.036 for 3.6 %).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from dunning.money import Money
from dunning.reports.buckets import BUCKETS
from dunning.reports.rounding import part_of, percent, share

_KEYS = [one.key for one in BUCKETS]


def roll_rates(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, Decimal | None]:
    """How much of each bucket moved on: the next bucket now ÷ this one 30 days before, per cent.

    It may exceed 100: a month has other days than a bucket, and what is in the last one stays.
    """
    return {old: percent(now[new], before[old]) for old, new in pairwise(_KEYS)}


def loss_rates(rolls: Mapping[str, Decimal | None], written_off: Decimal) -> dict[str, Decimal]:
    """Historic loss of each bucket: the product of all later roll rates × the final write-off rate.

    Rolls are per cent and count as 0 where unknown and as 100 at most; `written_off` is the
    fraction of the last bucket that is given up in the end.
    """
    rates, loss = {_KEYS[-1]: written_off}, written_off
    for key in reversed(_KEYS[:-1]):
        roll = rolls.get(key) or Decimal(0)
        loss = loss * min(roll, Decimal(100)) / 100
        rates[key] = loss
    return {key: rates[key] for key in _KEYS}


def provision(
    gross: Mapping[str, int], rates: Mapping[str, Decimal], currency: str
) -> dict[str, Money]:
    """Expected credit loss by matrix (IFRS 9 simplified): gross × rate of each bucket.

    Each bucket is rounded half up to the minor unit, so that the parts add up to the total.
    """
    return {key: part_of(Money(gross[key], currency), rates[key]) for key in _KEYS}


def expected_by_history(
    gross: Mapping[str, int],
    before: Mapping[str, int],
    collected: Mapping[str, int],
    currency: str,
) -> dict[str, Money]:
    """What 30 days bring if they are like the last: each bucket × the share collected of it.

    `collected` is what came in on what stood in the bucket 30 days ago (`before`). A share counts
    as 100 % at most; a bucket that was empty then is expected to bring nothing.
    """
    return {
        key: part_of(Money(gross[key], currency), _collected(collected.get(key, 0), before[key]))
        for key in _KEYS
    }


def _collected(part: int, whole: int) -> Decimal:
    return min(share(max(part, 0), whole) or Decimal(0), Decimal(1))
