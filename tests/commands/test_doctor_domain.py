"""What the DNS lacks is named with the record to enter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from commands.doctor.domain import dns as dns_check
from commands.doctor.domain_records import records
from commands.doctor.examination import diagnose
from commands.doctor.finding import DoctorContext, Finding, is_invented
from tests.commands.installed import DOMAIN, INBOUND, NOW, OURS, PROVEN, dns, own_policies, set_up

Records = Mapping[tuple[str, str], tuple[str, ...]]
DMARC, SPF = (f"_dmarc.{DOMAIN}", "TXT"), (DOMAIN, "TXT")
DKIM, MX = (f"s2._domainkey.{DOMAIN}", "TXT"), (INBOUND, "MX")


def looking(folder: Path, **changes: object) -> DoctorContext:
    known = {"email_provider": "sendgrid", "inbound_domain": INBOUND} | changes
    known.setdefault("inbound_secret", SecretStr("s" * 32))
    policies = own_policies(folder / "policies")
    settings = set_up(folder, policies=policies, **known)
    return DoctorContext(settings, NOW, patience=timedelta(0), look_up=dns(PROVEN))


async def told(folder: Path, found: Records, **changes: object) -> Finding:
    ctx = looking(folder, **changes)
    return await dns_check(replace(ctx, look_up=dns({**PROVEN, **found})))


async def test_a_domain_with_all_its_records_passes(tmp_path: Path) -> None:
    found = await dns_check(looking(tmp_path))

    assert found.ok, found.detail
    assert found.detail == f"The DNS proves mail from {DOMAIN}, and mail to {INBOUND} comes in."


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({DKIM: ()}, f"There is no DKIM key at s2._domainkey.{DOMAIN}:"),
        ({DKIM: ("no key here",)}, f"There is no DKIM key at s2._domainkey.{DOMAIN}:"),
        ({DMARC: ()}, f"add TXT _dmarc.{DOMAIN} (v=DMARC1; p=none to begin)"),
        ({DMARC: ("v=DMARC1; p=none", "v=DMARC1; p=reject")}, "2 DMARC records, so none counts"),
        ({SPF: ("v=spf1 -all", "V=SPF1 mx -all")}, "2 SPF records, so none counts"),
        ({MX: ()}, f"No mail reaches {INBOUND}: add MX 10 mx.sendgrid.net"),
        ({MX: ("mail.mycompany.net",)}, "goes to mail.mycompany.net, not to SendGrid"),
    ],
)
async def test_what_is_missing_is_named_with_what_to_enter(
    tmp_path: Path, found: Records, said: str
) -> None:
    finding = await told(tmp_path, found)

    assert not finding.ok
    assert said in finding.detail


async def test_sendgrid_needs_no_spf_record_of_ours(tmp_path: Path) -> None:
    assert (await told(tmp_path, {SPF: ()})).ok


async def test_our_own_mail_server_needs_spf_and_no_keys_of_sendgrid(tmp_path: Path) -> None:
    without = {SPF: (), DKIM: (), (f"s1._domainkey.{DOMAIN}", "TXT"): ()}
    changes = {"email_provider": "smtp", "inbound_domain": ""}
    lacking = await told(tmp_path, without, **changes)
    proven = await told(tmp_path, {**without, SPF: ("v=spf1 mx -all",)}, **changes)

    assert "has no SPF record" in lacking.detail
    assert "DKIM" not in lacking.detail
    assert proven.ok


async def test_the_policy_of_the_whole_domain_counts_for_its_parts(tmp_path: Path) -> None:
    ctx = looking(tmp_path, email_provider="smtp", inbound_domain="")
    entities = ctx.settings.policies / "entities.toml"
    entities.write_text(entities.read_text("utf-8").replace(OURS, f"ar@post.{DOMAIN}"), "utf-8")
    known = {(f"post.{DOMAIN}", "TXT"): ("v=spf1 mx -all",), DMARC: ("v=DMARC1; p=reject",)}
    found = await dns_check(replace(ctx, look_up=dns(known)))

    assert found.ok, found.detail


async def test_an_invented_address_is_not_looked_up(tmp_path: Path) -> None:
    settings = set_up(tmp_path, email_provider="sendgrid")
    found = await dns_check(DoctorContext(settings, NOW, look_up=unasked))

    assert not found.ok
    assert "is an example: write your own addresses into entities.toml" in found.detail


async def test_the_outbox_needs_no_domain(tmp_path: Path) -> None:
    assert (await dns_check(DoctorContext(set_up(tmp_path), NOW, look_up=unasked))).ok


async def test_a_dns_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    ctx = replace(
        looking(tmp_path, email_provider="smtp", smtp_host="127.0.0.1", inbound_domain="")
    )
    answer = await diagnose(replace(ctx, look_up=away), repair=False)
    row = next(row for row in answer["checks"] if row["id"] == "dns")

    assert "the DNS does not answer about mycompany.net (Timeout)" in row["detail"]


def unasked(name: str, kind: str) -> tuple[str, ...]:
    raise AssertionError(f"nobody should ask for {kind} of {name}")


def away(name: str, _kind: str) -> tuple[str, ...]:
    raise OSError(f"the DNS does not answer about {name} (Timeout)")


def test_no_resolver_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dns.resolver.Resolver.read_resolv_conf", lambda *_: None)
    with pytest.raises(OSError, match="the DNS does not answer about mycompany"):
        records(DOMAIN, "TXT")


@pytest.mark.parametrize(
    ("address", "invented"),
    [
        ("a@larkspur-finch.example", True),
        ("a@example.com", True),
        ("a@mail.EXAMPLE.org", True),
        ("a@duncan.test", True),
        ("a@myexample.com", False),
        (OURS, False),
    ],
)
def test_sample_addresses_are_known(address: str, *, invented: bool) -> None:
    assert is_invented(address) is invented
