"""Every cell is a fit of its own, and what the verdict counts is counted so."""

import pytest

from citizen_security.programmes.prevention_costa_rica import comparisons, curve
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica
from citizen_security.programmes.prevention_costa_rica.windows import Window


@pytest.fixture(scope="module")
def asked():
    return PreventionCostaRica(start=2012, curve_starts=[2012], confidence_level=0.6)


@pytest.fixture(scope="module")
def cells(world, region, asked):
    return curve.specification_curve(world, region, asked)


def test_it_goes_through_every_combination_once(cells):
    assert len(cells) == 6 * 1 * 3 * 2
    assert not cells.duplicated(["estimator", "start", "pool", "outcome"]).any()
    assert cells["difference"].is_monotonic_increasing


def test_cells_are_those_of_the_table_of_estimators(cells, world, region, asked):
    for pool in ("region", "world_low"):
        found = comparisons.estimators(world, region, Window("strategy", 2012, 2014), asked, pool=pool)
        own = cells[cells["pool"] == pool].set_index(["outcome", "estimator"])
        for _, row in found.iterrows():
            cell = own.loc[(row["outcome"], row["estimator"])]
            assert cell["difference"] == pytest.approx(row["difference"])
            assert cell["p_value"] == row["p_value"]


def test_found_is_a_fall_with_a_small_p_and_able_what_the_floor_allows(cells, asked):
    small = cells["p_value"] <= asked.significance
    assert (cells["found"] == (small & (cells["difference"] < 0))).all()
    assert (cells["able"] == (cells["floor"] <= asked.significance)).all()
    assert cells["found"].any()
