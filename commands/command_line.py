"""Every command there is, put on the command line."""

from __future__ import annotations

import typer

from commands.adjustments import claim_commands
from commands.adjustments import commands as adjustment_commands
from commands.api_keys import commands as api_key_commands
from commands.audit import commands as audit_command
from commands.audit import finding_commands
from commands.cases import commands as case_commands
from commands.cases import (
    contact_commands,
    distribution_commands,
    hold_commands,
    message_commands,
    plan_commands,
    task_commands,
    worklist_commands,
)
from commands.cash import commands as cash_commands
from commands.cash import credit_commands
from commands.database import commands as database_commands
from commands.disputes import commands as dispute_commands
from commands.doctor import commands as check_commands
from commands.experiments import commands as experiment_commands
from commands.imports import commands as file_commands
from commands.letters import preview as letters_preview
from commands.mailroom import commands as reply_commands
from commands.month_end import commands as month_end_commands
from commands.people import commands as people_commands
from commands.policies import commands as policy_commands
from commands.reports import commands as report_commands
from commands.reports import statement_commands as account_commands
from commands.restoring import commands as restoring_commands
from commands.sending import channel_commands, fake_providers
from commands.simulation import commands as simulation_commands
from commands.statements import commands as statement_commands
from commands.upkeep import commands as upkeep_commands
from commands.webhooks import commands as webhook_commands

_SINGLE = (
    case_commands.app,
    message_commands.app,
    distribution_commands.app,
    dispute_commands.app,
    task_commands.app,
    worklist_commands.app,
    plan_commands.app,
    adjustment_commands.app,
    claim_commands.app,
    report_commands.app,
    account_commands.app,
    month_end_commands.app,
    reply_commands.app,
    channel_commands.app,
    file_commands.app,
    simulation_commands.app,
    check_commands.app,
    restoring_commands.app,
    fake_providers.app,
)
_GROUPS = {
    "statements": statement_commands.group,
    "cash": cash_commands.group,
    "credits": credit_commands.group,
    "audit": audit_command.group,
    "findings": finding_commands.group,
    "upkeep": upkeep_commands.group,
    "disputes": dispute_commands.group,
    "plan": plan_commands.group,
    "adjustments": adjustment_commands.group,
    "refund": adjustment_commands.refund,
    "claims": claim_commands.group,
    "letters": letters_preview.app,
    "channel": channel_commands.group,
    "hold": hold_commands.group,
    "contact": contact_commands.group,
    "consent": contact_commands.consent,
    "people": people_commands.group,
    "api-key": api_key_commands.group,
    "webhooks": webhook_commands.group,
    "database": database_commands.group,
    "policy": policy_commands.group,
    "experiment": experiment_commands.group,
}


def add_commands(app: typer.Typer) -> None:
    """Add the commands of every module, in the order in which help lists them."""
    for single in _SINGLE:
        app.registered_commands += single.registered_commands
    for name, group in _GROUPS.items():
        app.add_typer(group, name=name)
