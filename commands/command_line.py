"""Every command there is, put on the command line."""

from __future__ import annotations

import typer

from commands.audit import commands as audit_command
from commands.cases import commands as case_commands
from commands.cases import (
    contact_commands,
    hold_commands,
    plan_commands,
    task_commands,
    worklist_commands,
)
from commands.disputes import commands as dispute_commands
from commands.doctor import commands as check_commands
from commands.imports import commands as file_commands
from commands.letters import preview as letters_preview
from commands.mailroom import commands as reply_commands
from commands.reports import commands as report_commands
from commands.sending import channel_commands, fake_providers

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
