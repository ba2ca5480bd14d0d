"""The pages that a run visits: every list with its filters, and the largest customer."""

from __future__ import annotations

from dataclasses import dataclass

# A page that reads no list: what every other one is compared with.
EMPTY = "/sign-in"
# Far beyond every row, so that a list is read from its other end.
_LAST = {
    "day": "before=9999-12-31~~",
    "moment": "before=9999-12-31T00:00:00%2B00:00~~",
    "latest_day": "before=0001-01-01~",
    "latest_moment": "before=0001-01-02T00:00:00%2B00:00~",
    "task_invoice": "before=9999-12-31T00:00:00%2B00:00~%5B%22~%22,%22~%22%5D",
    "invoice_number": "before=0001-01-01~%5B%22%22,0%5D",
}


@dataclass(frozen=True)
class Page:
    """A page by its address; `then` follows the link to its next page first."""

    address: str
    then: bool = False
    api: bool = False

    @property
    def name(self) -> str:
        """How it is printed."""
        return f"{self.address}{' → next' if self.then else ''}"


def pages_of(customer: str, invoice: str, other: str) -> list[Page]:
    """Every page; `customer` is the largest, `invoice` one of its own, `other` one of another's."""
    day, moment = _LAST["day"], _LAST["moment"]
    late_day, late_moment = _LAST["latest_day"], _LAST["latest_moment"]
    addresses = (
        EMPTY, f"/customers/{customer}", f"/customers/{customer}?{day}", f"/contacts/{customer}",
        f"/invoices/{invoice}", f"/invoices/{other}", f"/outgoing/message?invoice={other}",
        "/", f"/?{day}", "/?stage=paused", "/?stage=promised", "/?stage=reminding",
        "/?q=Brackenlock",
        f"/?q={other}", "/?q=nothing+like+it", "/?age=90%2B&currency=EUR",
        f"/?customer={customer}",
        f"/?customer={customer}&{day}", "/?closed=yes", f"/?closed=yes&{late_day}",
        "/queue", "/queue?what=call", "/queue?who=controller", "/queue?q=Brackenlock",
        "/inbox", f"/inbox?{moment}", "/inbox?state=handled", "/inbox?kind=dispute",
        "/inbox?q=Brackenlock", "/inbox?who=associate", "/inbox?language=de",
        "/approvals", f"/approvals?{moment}", "/approvals?whose=all", "/tasks", f"/tasks?{moment}",
        "/tasks?role=controller", "/tasks?what=call", "/tasks?q=Brackenlock", "/outgoing",
        "/outgoing?day=tomorrow", "/outgoing?day=next", "/outgoing?q=Brackenlock", "/messages",
        f"/messages?{late_moment}", "/messages?state=unknown",
        "/promises", f"/promises?{day}", "/promises?state=open", "/promises?state=broken",
        "/promises?state=all", "/promises?q=Brackenlock",
        f"/promises?customer={customer}", "/plans", "/plans?state=waits", "/plans?state=stands",
        "/disputes", f"/disputes?{moment}", "/disputes?state=escalated", "/disputes?state=resolved",
        "/disputes?state=all", "/disputes?owner=pricing", "/disputes?q=Brackenlock",
        "/holds", "/holds?state=lifted", "/holds?state=all", "/holds?kind=legal",
        "/cash", f"/cash?{day}", "/cash?state=applied", "/cash?state=on_account",
        "/cash?state=returned", "/cash?currency=EUR", "/cash?q=PAY-5", "/cash/payers",
        "/adjustments", f"/adjustments?{_LAST['task_invoice']}", "/adjustments?state=done",
        f"/adjustments?state=done&{_LAST['invoice_number']}", "/adjustments?what=write_off",
        "/imports", "/imports/1", "/imports?kind=payments", "/audit", "/audit/findings",
        f"/audit/findings?{day}", "/audit/findings?state=all", "/audit/findings?owner=controller",
        "/reports", "/month-end", "/policies", "/settings", "/letters", "/experiments",
        "/statements", "/people", "/erasures",
    )  # fmt: skip
    nexts = ("/", f"/customers/{customer}", "/queue", "/inbox", "/approvals", "/tasks", "/outgoing",
             "/messages", "/promises?state=open", "/plans", "/disputes", "/holds", "/cash",
             "/adjustments", "/imports", "/audit/findings", "/cash/payers")  # fmt: skip
    api = (
        "invoices", f"invoices?customer={customer}", "invoices?stage=paused", f"invoices/{invoice}",
        "customers", f"customers/{customer}", "payments", "replies", "replies?state=handled",
        "reports/audits",
    )  # fmt: skip
    found = [Page(one) for one in addresses] + [Page(one, then=True) for one in nexts]
    return found + [Page(f"/api/v1/{one}", api=True) for one in api]


def live_pages(customer: str, invoice: str, other: str) -> list[tuple[str, str]]:
    """What people leave open: the pages of a day's work, each with the customer it is about."""
    lists = ("/queue", "/", "/inbox", "/tasks", "/outgoing", "/cash", "/promises", "/disputes")
    of_customer = (f"/customers/{customer}", f"/invoices/{invoice}")
    return [
        *((one, "") for one in lists),
        *((one, customer) for one in of_customer),
        (f"/invoices/{other}", "somebody else"),
    ]
