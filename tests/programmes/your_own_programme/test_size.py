"""How often designs for several units find what is not there, by how many units are treated and never treated."""

import numpy as np
import pytest

from citizen_security.methods.staggered_adoption.permuted_starts import permuted_starts
from citizen_security.programmes.your_own_programme import several_units
from citizen_security.programmes.your_own_programme.labels import CLUSTERED
from citizen_security.programmes.your_own_programme.periods import Calendar
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel

TABLES, PERIODS, LEVEL = 200, 16, 0.05
PERSISTENCE, NOISE = 0.7, 0.1
# Four binomial standard errors of a share of so many tables.
CHANCE = 4 * np.sqrt(LEVEL * (1 - LEVEL) / TABLES)


def without_effect(units, treated, seed):
    """Counts of units whose noise persists; starts mean nothing."""
    random = np.random.default_rng(seed)
    people = random.uniform(2, 20, units)[:, None]
    news = random.normal(0, NOISE, (units, PERIODS))
    noise = np.zeros((units, PERIODS))
    for period in range(PERIODS):
        noise[:, period] = PERSISTENCE * noise[:, period - 1] * (period > 0) + news[:, period]
    rates = 30 * np.exp(random.normal(0, 0.4, (units, 1)) + noise)
    counts = random.poisson(rates * people).astype(float)
    starts = np.full(units, PERIODS)
    starts[:treated] = np.sort(np.resize([7, 9, 9, 11], treated))
    exposure = np.broadcast_to(people, counts.shape)
    names = tuple(f"u{unit}" for unit in range(units))
    return ProgrammePanel(
        names, Calendar("whole", 2000, 1, PERIODS), "log", counts / exposure, starts, counts, exposure
    )  # fmt: skip


def rejected(units, treated):
    """Share of tables in which a design with clustered errors has a small p-value."""
    designs = {
        "two_way": several_units.two_way,
        "group_time": several_units.group_time,
        "imputation": several_units.imputed,
        "poisson_imputation": several_units.imputed_counts,
    }
    assert set(designs) == CLUSTERED
    found = [
        [design(without_effect(units, treated, seed), 0.95).p_value <= LEVEL for design in designs.values()]
        for seed in range(TABLES)
    ]
    return dict(zip(designs, np.mean(found, axis=0), strict=True))


@pytest.mark.slow
def test_clustered_errors_of_few_treated_units_reject_too_often():
    assert several_units.few_treated(without_effect(14, 4, 0))
    shares = rejected(14, 4)
    assert min(shares.values()) > LEVEL
    assert max(shares.values()) > LEVEL + CHANCE


@pytest.mark.slow
def test_clustered_errors_of_enough_units_nearly_hold_their_level():
    least = several_units.LEAST_CLUSTERED
    assert not several_units.few_treated(without_effect(2 * least, least, 0))
    assert max(rejected(2 * least, least).values()) < LEVEL + CHANCE


@pytest.mark.parametrize("treated", [19, 20, 21])
def test_both_sides_need_enough_units(treated):
    is_few = treated != several_units.LEAST_CLUSTERED
    assert several_units.few_treated(without_effect(40, treated, 0)) == is_few


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "counted"), [("linear", False), ("poisson", True)])
def test_starts_dealt_anew_hold_their_level_with_two_treated_units(kind, counted):
    p_values = [
        permuted_starts(without_effect(14, 2, seed).staggered(counted=counted), kind, draws=99).p_value
        for seed in range(TABLES)
    ]
    assert np.mean(np.array(p_values) <= LEVEL) < LEVEL + CHANCE
