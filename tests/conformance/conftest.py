from collections.abc import Iterator

import pytest

from tests.conformance.judge import Judge


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    with Judge() as running:
        yield running
