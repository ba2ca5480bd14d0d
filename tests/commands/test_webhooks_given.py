from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.webhooks.actions import KINDS, WebhookActions
from commands.webhooks.signing import new_secret, signed_headers
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from ledger.ledger import Ledger
from starter import app
from tests.commands.staffed import NOW, staffed_books

URL = "https://erp.example/hook"


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Ledger]:
    """Books with one invoice and a person of each role."""
    with staffed_books(tmp_path / "books.db") as ledger:
        yield ledger


def test_a_signature_is_that_of_the_specification() -> None:
    shared = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    now = datetime.fromtimestamp(1614265330, UTC)
    event = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    found = signed_headers([shared], event, now, b'{"test": 2432232314}')

    assert found == {
        "webhook-id": event,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    ("url", "kinds"),
    [(URL, ["everything"]), ("http://erp.example/", ["*"]), ("https://a:b@erp.example/", ["*"])],
)
def test_an_unusable_subscription_is_refused(ledger: Ledger, url: str, kinds: list[str]) -> None:
    with pytest.raises(NotAllowed):
        _actions(ledger).add(url, kinds)


def test_only_administrators_let_others_be_told(staffed: Ledger) -> None:
    for role in ("manager", "auditor", "associate"):
        with pytest.raises(NoAuthority):
            WebhookActions(staffed, role, NOW).add(URL)

    assert "promise_made" in KINDS


def test_secrets_are_long_and_never_the_same() -> None:
    found = {new_secret() for _ in range(50)}

    assert len(found) == 50
    assert {len(b64decode(one.removeprefix("whsec_"))) for one in found} == {32}


def test_the_commands_add_try_list_and_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def duncan(*words: str) -> str:
        found = CliRunner().invoke(app, words)
        assert found.exit_code == 0, found.output
        return found.output

    added = json.loads(
        duncan("webhooks", "add", URL, "--kind", "paused", "--by", "ada", "--json", "-")
    )
    duncan("webhooks", "test", added["webhook"], "--by", "ada")
    listed = json.loads(duncan("webhooks", "list", "--json", "-"))["webhooks"]
    duncan("webhooks", "replay", added["webhook"], "--by", "ada")
    duncan("webhooks", "end", added["webhook"], "--by", "ada")
    table = duncan("webhooks", "list")

    assert (listed[0]["kinds"], listed[0]["waiting"]) == ("paused", 1)
    assert added["secret"] not in json.dumps(listed) + table
    assert "ended" in table


def _actions(ledger: Ledger) -> WebhookActions:
    return WebhookActions(ledger, "administrator", NOW)
