"""The files that show how to deploy name settings and commands that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # It ships without types.

from console.app import LOCAL_HOSTS
from settings import PREFIX, ROOT, Settings
from starter import app

FOLDER = ROOT / "docs" / "deployment"
KNOWN = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
MANIFESTS = list(yaml.safe_load_all((FOLDER / "kubernetes.yml").read_text()))
PODS = [one for one in MANIFESTS if "template" in one.get("spec", {})]
BUDGETS = [
    one["spec"]["selector"]["matchLabels"]
    for one in MANIFESTS
    if one["kind"] == "PodDisruptionBudget"
]
(_USER,) = re.findall(r"--uid (\d+)", (FOLDER / "Dockerfile").read_text())
IMAGE_USER = int(_USER)


@pytest.mark.parametrize("file", [*sorted(FOLDER.iterdir()), ROOT / "docs" / "deployment.md"])
def test_every_setting_that_is_named_exists(file: Path) -> None:
    named = set(re.findall(r"\bDUNCAN_[A-Z_]+[A-Z]\b", file.read_text()))
    others = {"DUNCAN_SECRETS_DIR", "DUNCAN_TEST_DATABASE_URL"}

    assert {one.removesuffix("_FILE") for one in named} - others <= KNOWN


@pytest.mark.parametrize("pod", PODS, ids=lambda pod: pod["metadata"]["name"])
def test_every_container_runs_a_command_within_limits(pod: dict[str, Any]) -> None:
    (container,) = pod["spec"]["template"]["spec"]["containers"]
    commands = {one.name for one in app.registered_groups} | {
        one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands
    }

    assert container["args"][0] in commands
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize(
    "pod",
    [one for one in PODS if one["kind"] == "Deployment"],
    ids=lambda pod: pod["metadata"]["name"],
)
def test_every_server_is_probed_and_drained(pod: dict[str, Any]) -> None:
    spec = pod["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    ports = {one["name"] for one in container["ports"]}
    probes = {name: one for name, one in container.items() if name.endswith("Probe")}

    assert {"startupProbe", "readinessProbe", "livenessProbe"} == probes.keys()
    assert {one.get("httpGet", one.get("tcpSocket"))["port"] for one in probes.values()} <= ports
    # What is being handed over is confirmed first.
    assert spec["terminationGracePeriodSeconds"] >= 40
    assert pod["spec"]["replicas"] >= 2
    assert pod["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert pod["spec"]["selector"]["matchLabels"] in BUDGETS


@pytest.mark.parametrize("pod", PODS, ids=lambda pod: pod["metadata"]["name"])
def test_every_container_has_no_more_rights_than_it_needs(pod: dict[str, Any]) -> None:
    spec = pod["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    box = container["securityContext"]

    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["runAsUser"] == IMAGE_USER
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not spec["automountServiceAccountToken"]
    assert box["readOnlyRootFilesystem"]
    assert not box["allowPrivilegeEscalation"]
    assert box["capabilities"] == {"drop": ["ALL"]}
    # Secrets are files, never variables that a child or a dump shows.
    assert not any("valueFrom" in one for one in container.get("env", ()))


def test_secrets_lie_under_names_that_are_read() -> None:
    secrets = [
        volume["secret"]
        for one in _pod_specs()
        for volume in one["volumes"]
        if volume["name"] == "secrets"
    ]
    keys = re.findall(r"\bduncan_\w+", (FOLDER / "kubernetes.yml").read_text())
    service = (FOLDER / "duncan.service").read_text()

    # Each pod gets every key of a secret of its own: no process has the owner's rights.
    assert [one.keys() for one in secrets] == [{"secretName"}] * len(PODS)
    assert len({one["secretName"] for one in secrets}) == len(PODS)
    assert {name.upper() for name in keys} <= KNOWN
    assert "duncan_database_url" in keys
    # Of a folder, systemd puts the name before the underscore and the file's behind it.
    assert f"\nLoadCredential={PREFIX.lower().rstrip('_')}:/" in service
    assert "\nEnvironment=DUNCAN_SECRETS_DIR=%d\n" in service


def test_a_desk_is_asked_by_a_name_it_answers_to() -> None:
    asked = [
        probe["httpGet"]
        for one in _pod_specs()
        for name, probe in one["containers"][0].items()
        if name.endswith("Probe") and probe.get("httpGet", {}).get("path") == "/health"
    ]

    assert asked
    for probe in asked:
        (host,) = probe["httpHeaders"]
        assert host["name"] == "Host"
        assert host["value"] in LOCAL_HOSTS


def test_the_proxy_beside_the_desks_is_believed() -> None:
    compose = yaml.safe_load((FOLDER / "compose.yml").read_text())
    (network,) = compose["networks"]["default"]["ipam"]["config"]

    for name in ("worker", "desk"):
        assert compose["services"][name]["environment"]["DUNCAN_PROXIES"] == network["subnet"]


def test_what_pods_mount_is_there() -> None:
    for one in _pod_specs():
        names = {volume["name"] for volume in one.get("volumes", ())}
        mounted = {at["name"] for c in one["containers"] for at in c.get("volumeMounts", ())}

        assert mounted == names


def _pod_specs() -> Iterator[dict[str, Any]]:
    yield from (one["spec"]["template"]["spec"] for one in PODS)
