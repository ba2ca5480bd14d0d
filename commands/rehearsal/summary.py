"""A rehearsal's outcome for people: what went out, what did not and why, what people have to do."""

from __future__ import annotations

from collections import Counter
from typing import Any

from commands import printing


def print_summary(report: dict[str, Any]) -> None:
    """Print the report of a rehearsal."""
    period, engine = report["period"], report["engine"]
    printing.say(f"Rehearsed {period['from']} to {period['to']} in {engine['seconds']} s.")
    _print_messages(report["messages"])
    _print_statements(report["statements"])
    _print_withheld(report["withheld"])
    _print_tasks(report["tasks"])
    _print_cases(report["cases"])
    printing.say(
        f"Engine: {engine['workflows']} workflows, {engine['actions']} actions,"
        f" {engine['events']} history events."
    )
    for refused in report["refused_events"]:
        printing.say(f"Row {refused['row']} was refused ({refused['action']}): {refused['why']}")
    if report["rejected"]:
        printing.say(f"{len(report['rejected'])} rows were rejected; --json lists them.")


def _print_messages(messages: list[dict[str, Any]]) -> None:
    counted = Counter((one["level"], one["letter"], one["channel"]) for one in messages)
    invoices = Counter[tuple[int, str, str]]()
    for one in messages:
        invoices[one["level"], one["letter"], one["channel"]] += len(one["invoices"])
    rows = [(*key, count, invoices[key]) for key, count in sorted(counted.items())]
    customers = len({one["customer"] for one in messages})
    title = f"{len(messages)} messages to {customers} customers"
    printing.table(title, (">level", "letter", "channel", ">messages", ">invoices"), rows)


def _print_statements(statements: list[dict[str, Any]]) -> None:
    """By the month they are of; nothing is printed where no policy asks for them."""
    counted = Counter(
        (one["period"], ": ".join(filter(None, (one["state"], one["code"])))) for one in statements
    )
    rows = [(*key, count) for key, count in sorted(counted.items())]
    if rows:
        sent = sum(one["state"] == "sent" for one in statements)
        title = f"{sent} statements of account sent"
        printing.table(title, ("of", "outcome", ">statements"), rows)


def _print_withheld(withheld: list[dict[str, Any]]) -> None:
    counted = Counter(one["code"] for one in withheld)
    examples = {one["code"]: one["why"] for one in reversed(withheld)}
    rows = [(count, code, examples[code]) for code, count in counted.most_common()]
    title = f"{len(withheld)} times a step was not sent, each with its reason"
    printing.table(title, (">times", "code", "for example"), rows)


def _print_tasks(tasks: list[dict[str, Any]]) -> None:
    counted = Counter((one["what"], one["role"]) for one in tasks)
    waiting = Counter((one["what"], one["role"]) for one in tasks if not one["outcome"])
    rows = [(count, waiting[kind], *kind) for kind, count in counted.most_common()]
    title = f"{len(tasks)} tasks for people, {waiting.total()} of them open at the end"
    printing.table(title, (">tasks", ">open", "what", "role"), rows)


def _print_cases(cases: list[dict[str, Any]]) -> None:
    counted = Counter(one["stage"] for one in cases)
    rows = [(count, stage) for stage, count in counted.most_common()]
    printing.table(f"{len(cases)} invoices at the end", (">invoices", "stage"), rows)
