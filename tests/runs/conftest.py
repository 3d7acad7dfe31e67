"""Runs here start their kernels as a single run does; what is forked is tested apart."""

import pytest

from citizen_security.runs import warm


@pytest.fixture(autouse=True)
def cold(monkeypatch):
    monkeypatch.delenv(warm.VARIABLE, raising=False)
