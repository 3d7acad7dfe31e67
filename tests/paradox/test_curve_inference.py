"""The joint test, the interval of the median and the importance of choices."""

import subprocess
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from citizen_security import catalog
from citizen_security.paradox.checkpoint import fingerprint, fit_blocks_resuming, load_blocks
from citizen_security.paradox.curve_inference import (
    NotTestable,
    choice_importance,
    curve_statistics,
    effort_of,
    exchangeable_countries,
    headline_values,
    median_interval,
    one_change_away,
    permutation_test,
    permute_paths,
    thin_multiverse,
)
from citizen_security.paradox.fast_fits import Curve, assemble_curve, fit_blocks, fit_curve
from citizen_security.paradox.multiverse import Grid, Multiverse, build_multiverse, locate_samples, prepare_grid
from citizen_security.paradox.parameters import SpecificationCurve
from citizen_security.values import NAME


@pytest.fixture(scope="module")
def grid():
    country_year = catalog.load("country_year")
    return prepare_grid(country_year, sorted(country_year["iso3"].unique()))


@pytest.fixture(scope="module")
def multiverse(grid):
    return build_multiverse(grid, catalog.load("specification_choices"), "growth", ["estimator=pooled"])


@pytest.fixture(scope="module")
def curve(grid, multiverse):
    return fit_curve(grid, multiverse)


def simulated(seed, effect=0.0, countries=20, years=16):
    """Panel with trends in common, walks of their own, gaps, and eight specifications of a driver."""
    generator = np.random.default_rng(seed)
    shape = (countries, years)
    trend = np.linspace(0, 3, years)
    driver = generator.normal(size=shape).cumsum(axis=1) - trend
    other = generator.normal(size=shape).cumsum(axis=1)
    rate = 30 + effect * driver + 0.3 * other + generator.normal(size=shape).cumsum(axis=1) + trend
    driver = np.where(generator.random(shape) < 0.8, driver, np.nan)
    columns = {
        "homicide_rate": rate, "homicide_rate_release_2024": rate, "gini": driver, "other": other,
        "population": np.ones(shape) * 2e6,
    }  # fmt: skip
    names = tuple(f"C{number:02d}" for number in range(countries))
    grid = Grid(names, tuple(range(2000, 2000 + years)), columns, np.zeros(shape, dtype=bool))
    levels = [["rate"], ["2025"], ["within", "first_differences"], ["yes", "no"], ["0"], ["2000-2015"], ["all"],
              ["none"], ["none", "other"], ["gini"], [False]]  # fmt: skip
    columns_of = ["outcome", "release", "estimator", "year_effects", "lag", "period", "sample", "weights", "controls",
                  "measure", "main"]  # fmt: skip
    table = pd.MultiIndex.from_product(levels, names=columns_of).to_frame(index=False)
    located, masks = locate_samples(grid, table, {"other": "other"})
    return grid, Multiverse("inequality", located, masks, {"other": "other"}, pd.DataFrame())


@pytest.mark.slow
def test_the_joint_test_has_its_nominal_size_where_the_null_holds():
    # Shared trends of opposite sign and random walks: single regressions reject far too often here.
    panels = 60
    p_values, single = [], []
    for seed in range(panels):
        grid, multiverse = simulated(seed)
        test = permutation_test(grid, multiverse, permutations=19, seed=seed)
        p_values.append(test.p_values.set_index("statistic")["p_value"])
        single.append((fit_curve(grid, multiverse).estimates["p_value"] < 0.05).mean())
    rejected = (pd.DataFrame(p_values) <= 0.1).sum()
    # 99.8% of binomial counts lie inside; three statistics share them.
    low, high = binom.ppf([0.001, 0.999], panels, 0.1)
    assert rejected.between(low, high).all(), rejected
    assert np.mean(single) > 0.1  # what the joint test corrects


def test_the_joint_test_finds_an_effect_that_is_there():
    grid, multiverse = simulated(seed=1, effect=1.0)
    test = permutation_test(grid, multiverse, permutations=39, seed=1)
    assert (test.p_values["p_value"] == 1 / 40).all()


def test_paths_move_whole_and_only_within_their_group(grid):
    groups = (("ARG", "BRA", "CHL"), ("MEX", "PER"))
    moved = permute_paths(grid, ["gini", "gini_survey"], groups, np.random.default_rng(4))
    order = []
    for row in range(len(grid.countries)):
        sources = [
            source
            for source in range(len(grid.countries))
            if np.array_equal(moved.columns["gini_survey"][row], grid.columns["gini_survey"][source], equal_nan=True)
            and np.array_equal(moved.columns["gini"][row], grid.columns["gini"][source], equal_nan=True)
        ]
        order.append({grid.countries[source] for source in sources})
    for iso3, sources in zip(grid.countries, order, strict=True):
        group = next((set(group) for group in groups if iso3 in group), {iso3})
        assert sources & group
    assert moved.columns["homicide_rate"] is grid.columns["homicide_rate"]


def test_countries_exchange_with_those_that_have_as_many_figures(grid, multiverse):
    few, many = exchangeable_countries(grid, multiverse)
    figures = dict(zip(grid.countries, np.isfinite(grid.columns["gdp_growth"]).sum(axis=1), strict=True))
    assert max(figures[iso3] for iso3 in few) <= min(figures[iso3] for iso3 in many) + 1
    assert not set(few) & set(many)


def test_too_few_paths_are_refused():
    grid, multiverse = simulated(seed=2, countries=7)
    with pytest.raises(NotTestable, match="fewer than 8"):
        permutation_test(grid, multiverse, permutations=19)


def test_statistics_of_a_curve_by_hand():
    table = pd.DataFrame(
        {"effect": [-0.1, 0.1, 0.2, 0.4], "p_value": [0.01, 0.5, 0.01, 0.02], "t_statistic": [-3, 1, 3, 3]}
    )
    found = curve_statistics(table)
    assert found == {
        "median_effect": pytest.approx(0.15),
        "share_significant": 0.5,
        "mean_t": 1.0,
        "share_positive": 0.75,
    }


def test_a_single_specification_has_the_interval_of_its_own_standard_error(curve):
    one = Curve(curve.multiverse, curve.estimates.iloc[:1], curve.influence[:1], curve.not_estimated, 0.95)
    low, high = median_interval(one, draws=20_000, seed=1)
    error = float(np.sqrt((curve.influence[0] ** 2).sum()))
    # Six-point weights over thirty countries are near normal, and 20,000 draws leave about 2% in a quantile.
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.08)


def test_the_median_lies_in_its_interval_and_a_higher_level_widens_it(curve):
    low, high = median_interval(curve)
    wider = median_interval(replace(curve, confidence_level=0.99))
    assert wider[0] < low < curve.estimates["effect"].median() < high < wider[1]


def test_the_choice_that_makes_the_effects_is_found():
    choices = pd.MultiIndex.from_product(
        [["0", "1"], ["none", "a", "b", "a+b"], ["x", "y"]], names=["lag", "controls", "period"]
    )
    table = choices.to_frame(index=False)
    effect = 2.0 * (table["lag"] == "1") + 1.0 * table["controls"].str.contains("a")
    found = choice_importance(table.assign(effect=effect)).set_index("choice")
    # Balanced and additive: variances 1 and 1/4.
    assert found.loc["lag", "share_of_variance"] == pytest.approx(0.8)
    assert found.loc["control: a", "share_of_variance"] == pytest.approx(0.2)
    assert found.loc["lag", "widest"] == pytest.approx(2.0)
    assert found.loc[["period", "control: b", "choices together"], "share_of_variance"].abs().max() < 1e-12


def test_effects_that_hang_on_combinations_are_said_to():
    table = pd.MultiIndex.from_product([["0", "1"], ["x", "y"]], names=["lag", "period"]).to_frame(index=False)
    crossed = (table["lag"] == "1") ^ (table["period"] == "y")
    found = choice_importance(table.assign(controls="none", effect=crossed.astype(float))).set_index("choice")
    assert found.loc["choices together", "share_of_variance"] == pytest.approx(1.0)


def test_one_choice_away_is_the_main_specification_and_single_changes(curve, multiverse):
    changes = one_change_away(curve.estimates)
    assert changes["changed"].tolist().count("main") == 1
    assert changes["changed"].is_unique
    assert {"lag=1", "outcome=log_rate", "controls=inequality", "growth_series=per_head"} <= set(changes["changed"])
    assert one_change_away(curve.estimates[~curve.estimates["main"]]).empty


def test_a_thinned_multiverse_is_part_of_it_and_looks_like_it(multiverse):
    part = thin_multiverse(multiverse, 2_000, seed=3)
    assert 1_500 <= len(part.specifications) <= 2_500
    whole = multiverse.specifications
    assert len(part.specifications.merge(whole, how="inner")) == len(part.specifications)
    for choice in ("lag", "estimator", "period", "weights", "outcome"):
        difference = part.specifications[choice].value_counts(normalize=True) - whole[choice].value_counts(
            normalize=True
        )
        assert difference.abs().max() < 0.08
    assert thin_multiverse(multiverse, len(whole), seed=3) is multiverse


def test_what_is_recorded_has_names_that_pages_can_use(grid, multiverse, curve):
    test = permutation_test(grid, thin_multiverse(multiverse, 60, 1), permutations=19)
    values = {value["name"]: value for value in headline_values(curve, test, median_interval(curve))}
    assert {"specification_count", "share_positive", "share_significant", "permutation_p", "median_effect"} <= set(
        values
    )
    assert all(NAME.fullmatch(name) for name in values)
    for value in values.values():
        if "interval" in value:
            assert value["interval"][0] <= value["value"] <= value["interval"][1], value["name"]


def test_quick_effort_computes_less_and_never_more_than_asked():
    full = effort_of(SpecificationCurve.from_values({"permutations": 25}))
    quick = effort_of(SpecificationCurve.from_values({"permutations": 25, "effort": "quick"}))
    assert full.permutations == 25
    assert quick.permutations == 19
    assert quick.specifications < full.specifications


# --- checkpoint -------------------------------------------------------------------------------------------------------

KILLED = """
    import os, signal, sys
    from pathlib import Path
    from citizen_security import catalog
    from citizen_security.paradox.checkpoint import fit_blocks_resuming
    from citizen_security.paradox.curve_inference import thin_multiverse
    from citizen_security.paradox.multiverse import build_multiverse, prepare_grid
    table = catalog.load("country_year")
    grid = prepare_grid(table, sorted(table["iso3"].unique()))
    multiverse = build_multiverse(grid, catalog.load("specification_choices"), "growth", ["estimator=pooled"])
    for block in fit_blocks_resuming(grid, thin_multiverse(multiverse, 2_000, seed=3), Path(sys.argv[1])):
        if block.number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_curve_resumes_and_is_the_same(grid, multiverse, tmp_path):
    part = thin_multiverse(multiverse, 2_000, seed=3)
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)], check=False)
    assert killed.returncode < 0
    own = tmp_path / fingerprint(grid, part)
    # A block that the kill caught half written, as a machine that loses power leaves it.
    (own / "block-00001.npz").write_bytes((own / "block-00001.npz").read_bytes()[:500])
    assert set(load_blocks(own)) == {0}
    resumed = assemble_curve(grid, part, list(fit_blocks_resuming(grid, part, tmp_path)))
    pd.testing.assert_frame_equal(resumed.estimates, fit_curve(grid, part).estimates)
    assert set(load_blocks(own)) == {block.number for block in fit_blocks(grid, part)}


def test_a_curve_never_takes_up_the_blocks_of_another_panel(grid, multiverse):
    revised = grid.columns["homicide_rate"].copy()
    revised[0, -2] += 0.1
    other = replace(grid, columns=grid.columns | {"homicide_rate": revised})
    assert fingerprint(grid, multiverse) != fingerprint(other, multiverse)
