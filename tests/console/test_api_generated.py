"""The API is asked what its own document allows, and what it forbids: it never breaks."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from console.api.access import Service
from console.api.app import Fork, create_api
from console.api.rates import Rates
from console.desk import Parts
from tests.console.calling import key_of
from tests.console.small_ledger import NOW, ODD_NUMBER, SmallLedger
from tests.console.team import Team, team_over

# Everybody a key may act as; the keys take turns.
_ROLES = ("associate", "senior", "manager", "controller", "auditor")
_KNOWN = {
    "invoice": ("INV-1", "INV-2", "INV-3", "INV-4", "INV-5", ODD_NUMBER),
    "customer": ("C-1", "C/2", "C-3"),
    "dispute": ("INV-4/1", "INV-1/1"),
}
_NO_LIMIT = 1e9
_CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.ignored_auth,
]


@dataclass
class Api:
    """The API with keys that may call as often as they like, and how it answered."""

    schema: schemathesis.BaseSchema
    keys: list[str]
    chance: random.Random
    answered: Counter[int] = field(default_factory=Counter)

    def ask(self, case: Any) -> None:  # noqa: ANN401 - Schemathesis's own
        """Make a call. Raises when the answer is not what the document says."""
        for name, known in _KNOWN.items():
            if name in case.path_parameters and self.chance.random() < 0.8:
                case.path_parameters[name] = self.chance.choice(known)
        if self.chance.random() < 0.8:
            # Nearly all that is drawn as an ETag is none, and would hide what comes after it.
            case.headers.pop("if-match", None)
        key = self.chance.choice(self.keys)
        answer = case.call(headers={"Authorization": f"Bearer {key}"})
        self.answered[answer.status_code] += 1
        case.validate_response(answer, checks=_CHECKS)


@pytest.fixture(scope="module")
def api(ledger: SmallLedger, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    team = team_over(ledger, tmp_path_factory.mktemp("generated"))
    wiring = team.books.wiring
    parts = Parts(wiring.ledger, wiring.planner, team.books.outbox, "here")
    rates = Rates(int(_NO_LIMIT), _NO_LIMIT)
    service = Service(parts, lambda: NOW, rates=rates, strangers=rates)
    made = create_api(service, {"auto_configure": False})
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", Fork(made, made))
    yield Api(schema, _keys(team), random.Random(5))
    wiring.ledger.engine.dispose()


def test_every_operation_answers_as_its_document_says_whatever_it_is_asked(api: Api) -> None:
    operations = [one.ok() for one in api.schema.get_all_operations() if isinstance(one, Ok)]
    for operation in operations:

        @seed(5)
        @settings(
            max_examples=12,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def asked(case: Any) -> None:  # noqa: ANN401 - the same
            api.ask(case)

        asked()

    assert len(operations) >= 27
    assert api.answered[200] > 50
    assert {403, 404, 422} < set(api.answered)


def _keys(team: Team) -> list[str]:
    return [key_of(team, role) for role in _ROLES]
