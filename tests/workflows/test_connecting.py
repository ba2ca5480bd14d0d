from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from engine import EngineAway, connect
from settings import Settings
from tests.servers.mutual_tls import guarded
from tests.workflows.namespaces import client_of_its_own

pytestmark = pytest.mark.usefixtures("nothing_named")
_VARIABLES = ("ADDRESS", "NAMESPACE", "PROFILE", "CONFIG_FILE", "API_KEY", "TLS")


@pytest.fixture
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(f"TEMPORAL_{name}", raising=False)


async def test_a_profile_of_temporals_own_names_the_server(
    dev_server: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = await client_of_its_own(dev_server)
    name_profile(monkeypatch, tmp_path, address_of(ours), ours.namespace)

    found = await connect(settings(tmp_path))

    assert found.namespace == ours.namespace
    assert await count(found) == 0


async def test_our_own_settings_go_before_the_profile(
    dev_server: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = await client_of_its_own(dev_server)
    name_profile(monkeypatch, tmp_path, "127.0.0.1:1", "somebody-elses")
    named = settings(tmp_path, address_of(ours), ours.namespace)

    assert await count(await connect(named)) == 0


async def test_a_profile_with_certificates_passes_a_door_with_mutual_tls(
    dev_server: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = await client_of_its_own(dev_server)
    async with guarded(address_of(ours), tmp_path) as door:
        trusted = f'server_ca_cert_path = "{tmp_path / "authority.pem"}"'
        certificate, key = tmp_path / "holder.pem", tmp_path / "holder.key"
        shown = f'client_cert_path = "{certificate}"\nclient_key_path = "{key}"'
        name_profile(monkeypatch, tmp_path, door, ours.namespace, f"{trusted}\n{shown}")
        assert await count(await connect(settings(tmp_path))) == 0

        name_profile(monkeypatch, tmp_path, door, ours.namespace, trusted)
        with pytest.raises((EngineAway, RPCError)):
            await count(await connect(settings(tmp_path)))


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PROFILE", "no-such-profile"), ("CONFIG_FILE", __file__), ("CONFIG_FILE", "no-such-file")],
)
async def test_a_profile_that_cannot_be_used_is_one_sentence(
    variable: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TEMPORAL_{variable}", value)

    with pytest.raises(EngineAway, match=r"^Temporal"):
        await connect(settings(tmp_path))


def test_the_embedded_engine_serves_who_names_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not settings(tmp_path).temporal_elsewhere

    monkeypatch.setenv("TEMPORAL_PROFILE", "cloud")
    assert settings(tmp_path).temporal_elsewhere


def settings(home: Path, address: str = "", namespace: str = "") -> Settings:
    return Settings(
        home=home, engine_port=1, temporal_address=address, temporal_namespace=namespace
    )


def name_profile(
    monkeypatch: pytest.MonkeyPatch, folder: Path, address: str, namespace: str, tls: str = ""
) -> None:
    file = folder / "temporal.toml"
    lines = f'[profile.team]\naddress = "{address}"\nnamespace = "{namespace}"\n'
    file.write_text(f"{lines}[profile.team.tls]\n{tls}\n" if tls else lines)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    monkeypatch.setenv("TEMPORAL_PROFILE", "team")


def address_of(client: Client) -> str:
    return client.service_client.config.target_host


async def count(client: Client) -> int:
    return (await client.count_workflows()).count
