from __future__ import annotations

from pathlib import Path

import pytest

from settings import InvalidSettings, read_settings

OIDC = {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "duncan"}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of whoever runs the tests counts."""
    monkeypatch.chdir(tmp_path)


def test_any_setting_may_stand_in_a_file_that_its_variable_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("database_url", "sqlite:///x.db\n"), ("oidc_client_secret", "s3cret\r\n")):
        (tmp_path / name).write_text(text)
        monkeypatch.setenv(f"DUNCAN_{name.upper()}_FILE", str(tmp_path / name))
    found = read_settings()

    assert found.database_url == "sqlite:///x.db"
    assert found.oidc_client_secret.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(found)


def test_a_setting_that_is_given_twice_is_refused_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("from the file")
    monkeypatch.setenv("DUNCAN_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("DUNCAN_SMTP_PASSWORD", "from the variable")
    with pytest.raises(InvalidSettings, match="DUNCAN_SMTP_PASSWORD_FILE are both set") as told:
        read_settings()

    assert "from the" not in str(told.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named_by_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    place = tmp_path / "secret"
    if content is not None:
        place.write_bytes(content)
    monkeypatch.setenv("DUNCAN_IMAP_PASSWORD_FILE", str(place))
    with pytest.raises(InvalidSettings, match="DUNCAN_IMAP_PASSWORD_FILE"):
        read_settings()


def test_the_key_that_signs_evidence_packs_stays_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUNCAN_AUDIT_KEY_FILE", str(tmp_path / "key.pem"))

    assert read_settings().audit_key_file == tmp_path / "key.pem"


@pytest.mark.parametrize(
    ("set_to", "lacks"),
    [
        ({"OIDC_ISSUER": "https://id.example"}, "DUNCAN_OIDC_CLIENT_ID"),
        ({"OIDC_ONLY": "1"}, "DUNCAN_OIDC_ISSUER"),
        ({**OIDC, "OIDC_ONLY": "1"}, "DUNCAN_BREAK_GLASS"),
        ({**OIDC, "OIDC_ADD_PEOPLE": "1"}, "DUNCAN_OIDC_ROLE_CLAIM"),
        ({**OIDC, "OIDC_ROLE_CLAIM": "groups"}, "DUNCAN_OIDC_ROLES"),
        ({**OIDC, "OIDC_ROLE_CLAIM": "groups", "OIDC_ROLES": "ar"}, "group=role"),
    ],
)
def test_nobody_is_locked_out_by_half_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, set_to: dict[str, str], lacks: str
) -> None:
    for name, value in set_to.items():
        monkeypatch.setenv(f"DUNCAN_{name}", value)
    with pytest.raises(InvalidSettings, match=lacks):
        read_settings()


@pytest.mark.parametrize("named", ["proxy.example", "10.0.0.1/8", "*"])
def test_a_proxy_is_an_address_or_a_network(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_PROXIES", f"10.244.0.0/16, {named}")
    with pytest.raises(InvalidSettings, match=r"DUNCAN_PROXIES: .*such as 10\.0"):
        read_settings()
