"""A23: whether customers are treated alike, to be reviewed, and who is spared again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dunning import facts
from dunning.audit.known import Known
from dunning.audit.life import Life
from dunning.audit.tally import Tally

# So often may one person spare the same customer.
SPARED = 4
# Who has many invoices is spared more often: one in so many of them is nothing out of the way.
ONE_IN = 10
_TREATED = ("invoices", "touches", "spared")


def check_spared(customer: str, spared: Counter[str], own: int, tally: Tally) -> None:
    """Find who spared a customer with `own` invoices too often; `spared`: what each person did."""
    for person, times in sorted(spared.items()):
        tally.checked["A23"] += 1
        if times >= max(SPARED, own // ONE_IN):
            why = f"{person} spared this customer {times} times"
            tally.find("A23", "SPARED", "", customer, None, person, why)


def spared_by(life: Life) -> Iterator[str]:
    """Who kept the customer from a touch of this invoice, once for each time."""
    yield from (one.by for one in life.others if isinstance(one, facts.Paused))
    yield from (one.by for one in life.withheld if one.code == "DECLINED")


def count_treated(known: Known, treated: tuple[int, int, int], tally: Tally) -> None:
    """Count a customer's invoices, touches and times spared for its segment and its collector."""
    last = known.recorded[-1] if known.recorded else None
    groups = [f"segment {last.segment if last and last.segment else 'of nobody'}"]
    if last and last.collector:
        groups.append(f"collector {last.collector}")
    for group in groups:
        for name, count in zip(_TREATED, treated, strict=True):
            tally.treated[group, name] += count


def list_treated(tally: Tally) -> None:
    """List the touches an invoice got, by segment and collector: uneven ones are looked into."""
    for group in sorted({group for group, _ in tally.treated}):
        invoices, touches, spared = (tally.treated[group, name] for name in _TREATED)
        each = f"{touches / invoices:.2f}" if invoices else "0.00"
        told = f"{touches} touches for {invoices} invoices ({each} each), spared {spared} times"
        tally.list_of("A23", f"{group}: {told}")
