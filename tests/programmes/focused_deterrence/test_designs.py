"""Designs by a second path, and on sectors that were made."""

import numpy as np
import pytest

from citizen_security.programmes.focused_deterrence import designs
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.programmes.focused_deterrence.sector_panel import SectorPanel

PARAMETERS = FocusedDeterrence(starts=["2020-01", "2020-07"])


def made(fall=1.0, sectors=25, seed=3):
    """Sectors with a common course, of which the first falls to a share of it from the start on."""
    generator = np.random.default_rng(seed)
    months = np.arange(96)
    course = 6 * np.exp(0.3 * np.sin(months / 20))
    mean = np.tile(course, (sectors, 1))
    mean[0, 48:] *= fall
    counts = generator.poisson(mean).astype(float)
    names = tuple(f"s{place}" for place in range(sectors))
    return SectorPanel(names, 2016 * 12 + months, counts, counts[1:].sum(axis=0), 48)


def test_relative_changes_by_hand(panel):
    changes, errors = designs.relative_changes(panel, 12)
    new, old = panel.counts[3, 48:].sum() + 0.5, panel.counts[3, 36:48].sum() + 0.5
    rest = panel.rest - panel.counts[3]
    rest_new, rest_old = rest[48:].sum() + 0.5, rest[36:48].sum() + 0.5
    assert changes[3] == pytest.approx(np.log(new / old * rest_old / rest_new))
    assert errors[3] == pytest.approx(np.sqrt(1 / new + 1 / old + 1 / rest_new + 1 / rest_old))


@pytest.mark.parametrize("design", ["year_before", "all_before", "synthetic", "own_peak"])
@pytest.mark.parametrize("statistic", ["change", "change_over_error"])
def test_a_fall_that_was_made_is_found_and_none_is_not(design, statistic):
    parameters = PARAMETERS.model_copy(update={"statistic": statistic})
    found = designs.one_design(made(fall=0.4), design, parameters)
    assert found["change"] == pytest.approx(-60, abs=15)
    assert found["p_value"] <= 0.08
    nothing = designs.one_design(made(), design, parameters)
    assert abs(nothing["change"]) < 25


def test_the_rank_has_its_size_where_nothing_was_done():
    p_values = np.array(
        [designs.one_design(made(seed=seed), "all_before", PARAMETERS)["p_value"] for seed in range(300)]
    )
    assert 0.05 < (p_values <= 0.12).mean() < 0.20


def test_the_curve_holds_every_start_and_design(table):
    curve = designs.curve(table, PARAMETERS)
    assert len(curve) == 8
    assert set(curve["year"]) == {2020.0, 2020.5}
    assert (curve["found"] == ((curve["change"] < 0) & (curve["p_value"] <= 0.05))).all()


def test_the_path_sums_to_the_files(panel):
    path = designs.path(panel, PARAMETERS)
    early = path[path["year"] < 2020]
    assert path["counted"].sum() == panel.counts[0].sum()
    assert early["rest"].sum() == pytest.approx(early["counted"].sum())
    assert early["synthetic"].sum() == pytest.approx(early["counted"].sum())
