"""Every command there is, put on the command line."""

from __future__ import annotations

import typer

from commands import (
    audit_command,
    case_commands,
    channel_commands,
    check_commands,
    contact_commands,
    dispute_commands,
    fake_providers,
    file_commands,
    hold_commands,
    letters_preview,
    plan_commands,
    reply_commands,
    report_commands,
    task_commands,
    worklist_commands,
)

_SINGLE = (
    case_commands.app,
    dispute_commands.app,
    task_commands.app,
    worklist_commands.app,
    plan_commands.app,
    audit_command.app,
    report_commands.app,
    reply_commands.app,
    channel_commands.app,
    file_commands.app,
    check_commands.app,
    fake_providers.app,
)
_GROUPS = {
    "disputes": dispute_commands.group,
    "plan": plan_commands.group,
    "letters": letters_preview.app,
    "channel": channel_commands.group,
    "hold": hold_commands.group,
    "contact": contact_commands.group,
    "consent": contact_commands.consent,
}


def add_commands(app: typer.Typer) -> None:
    """Add the commands of every module, in the order in which help lists them."""
    for single in _SINGLE:
        app.registered_commands += single.registered_commands
    for name, group in _GROUPS.items():
        app.add_typer(group, name=name)
