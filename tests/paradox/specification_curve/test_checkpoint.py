"""A curve that is stopped is taken up again and is the same."""

import subprocess
import sys
import textwrap
from dataclasses import replace

import pandas as pd
import pytest

from citizen_security.paradox.specification_curve.checkpoint import fingerprint, fit_blocks_resuming, load_blocks
from citizen_security.paradox.specification_curve.fast_fits import (
    assemble_curve,
    fit_blocks,
    fit_curve,
)
from citizen_security.paradox.specification_curve.thinning import thin_multiverse

KILLED = """
    import os, signal, sys
    from pathlib import Path
    from citizen_security.tables import catalog
    from citizen_security.paradox.specification_curve.checkpoint import fit_blocks_resuming
    from citizen_security.paradox.specification_curve.imputation import with_imputed_poverty
    from citizen_security.paradox.specification_curve.thinning import thin_multiverse
    from citizen_security.paradox.specification_curve.multiverse import build_multiverse, prepare_grid
    table = catalog.load("country_year")
    grid = with_imputed_poverty(prepare_grid(table, sorted(table["iso3"].unique())), seed=3)
    multiverse = build_multiverse(grid, catalog.load("specification_choices"), "growth", ["estimator=pooled"])
    for block in fit_blocks_resuming(grid, thin_multiverse(multiverse, 2_000, seed=3), Path(sys.argv[1])):
        if block.number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
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


@pytest.fixture(scope="module")
def small(multiverse):
    return thin_multiverse(multiverse, 1_200, seed=5)


def test_the_checkpoint_module_uses_the_same_blocks(grid, small, tmp_path):
    blocks = list(fit_blocks_resuming(grid, small, tmp_path))
    pd.testing.assert_frame_equal(assemble_curve(grid, small, blocks).estimates, fit_curve(grid, small).estimates)
