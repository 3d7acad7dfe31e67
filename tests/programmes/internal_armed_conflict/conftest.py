"""The table and its months."""

import pandas as pd
import pytest

from citizen_security.programmes.internal_armed_conflict import months
from citizen_security.programmes.internal_armed_conflict.parameters import InternalArmedConflict
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    return catalog.load("ecuador_province_month")


@pytest.fixture(scope="session")
def nation(table: pd.DataFrame) -> pd.DataFrame:
    return months.nation(table)


@pytest.fixture(scope="session")
def wide(table: pd.DataFrame) -> pd.DataFrame:
    return months.by_province(table)


@pytest.fixture
def parameters() -> InternalArmedConflict:
    return InternalArmedConflict(confidence_level=0.9)
