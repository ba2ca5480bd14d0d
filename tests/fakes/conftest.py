from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.fake_providers import FakeProviders
from fakes.serving import running_fake
from tests.fakes.callers import Callers
from tests.fakes.listening import Listener, listening


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    """Both doubles, as fresh accounts."""
    with running_fake() as fake:
        yield fake


@pytest.fixture
def callers(fake: FakeProviders) -> Callers:
    """The providers' own client libraries, as customers of the doubles."""
    return Callers(fake)


@pytest.fixture
def desk() -> Iterator[Listener]:
    """Somebody who takes the providers' posts."""
    with listening() as listener:
        yield listener
