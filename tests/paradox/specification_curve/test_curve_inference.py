"""How much of a curve is computed, the importance of choices, and what is kept of it."""

import subprocess
import sys
import textwrap
from dataclasses import replace

import pandas as pd
import pytest

from citizen_security.paradox.specification_curve.checkpoint import fingerprint, fit_blocks_resuming, load_blocks
from citizen_security.paradox.specification_curve.fast_fits import assemble_curve, fit_blocks, fit_curve
from citizen_security.paradox.specification_curve.headline import headline_values
from citizen_security.paradox.specification_curve.importance import choice_importance, one_change_away
from citizen_security.paradox.specification_curve.joint_test import median_interval, multiplier_test, permutation_test
from citizen_security.paradox.specification_curve.multiverse import build_multiverse, prepare_grid
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve
from citizen_security.paradox.specification_curve.thinning import effort_of, thin_multiverse
from citizen_security.tables import catalog
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
    values = {
        value["name"]: value for value in headline_values(curve, test, median_interval(curve), multiplier_test(curve))
    }
    assert {
        "specification_count",
        "share_positive",
        "share_significant",
        "permutation_p",
        "multiplier_p",
        "median_effect",
    } <= set(values)
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
    from citizen_security.tables import catalog
    from citizen_security.paradox.specification_curve.checkpoint import fit_blocks_resuming
    from citizen_security.paradox.specification_curve.importance import thin_multiverse
    from citizen_security.paradox.specification_curve.multiverse import build_multiverse, prepare_grid
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
