"""Reports of the example builds, worked out once."""

from collections.abc import Callable
from functools import lru_cache

import pytest

from planner.catalog.examples import example
from planner.evaluate import Report, evaluate


@pytest.fixture(scope="session")
def report_of(catalog) -> Callable[[str], Report]:
    return lru_cache(lambda name: evaluate(example(name), catalog))
