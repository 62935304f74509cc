"""What several tests of pages need, made once."""

from __future__ import annotations

import functools

import pytest

from analytics.display import notebooks as books


@pytest.fixture(scope="session")
def executed():
    """A committed notebook by its path, executed once in a run of the tests."""
    execute = books.execute  # a test may put this fixture in its place
    return functools.cache(lambda path: execute(books.read(path), path.name))
