"""Bounded violations of parallel trends: another program's sets, and intervals that hold at the worst."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from support import ROOT

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.bounded_violations import (
    bounded_violations,
    breakdown,
    sensitivity,
    truncated_quantile,
)
from citizen_security.methods.staggered_adoption.effects import Effects
from citizen_security.methods.staggered_adoption.interaction_weighted import interaction_weighted
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel

FIRST = [1.0, 0.0, 0.0, 0.0]
NAN = float("nan")


@pytest.fixture(scope="module")
def employment():
    wide = pd.read_csv(ROOT / "tests" / "methods" / "reference" / "county_teen_employment.csv")
    long = wide.melt(["county", "log_population", "start"], var_name="year", value_name="employment")
    start = long["start"].where(long["start"] > 0)
    panel = StaggeredPanel.of(long["county"], long["year"].astype(int), long["employment"], start)
    return interaction_weighted(panel).effects


def study(estimate, error=1.0, before=2):
    """Independent effects with an error each, of event times without −1."""
    number = len(estimate)
    times = [time for time in range(-before - 1, number - before) if time != -1]
    return Effects(pd.DataFrame({"event_time": times}), np.asarray(estimate, float), error * np.eye(number))


# moderndid 0.4.1: what is identified to the digit; ends of intervals to its grid, 0.0005 to 0.0009 apart, and to what a
# critical value of 1,000 draws leaves, up to 0.0012.
PEER = [
    ("relative_magnitudes", 0.0, -0.01993187590436981, -0.01993187590436981, -0.04239, 0.00253),
    ("relative_magnitudes", 0.5, -0.03216122977177836, -0.007702522036961255, -0.05549, 0.01861),
    ("relative_magnitudes", 1.0, -0.04439058363918692, 0.0045268318304473, -0.07341, 0.03824),
    ("relative_magnitudes", 2.0, -0.06884929137400403, 0.02898553956526441, -0.11838, 0.08308),
    ("smoothness", 0.0, NAN, NAN, -0.03393, 0.04299),
    ("smoothness", 0.01, NAN, NAN, -0.04318, 0.05224),
    ("smoothness", 0.05, -0.0454731681695527, 0.0545268318304473, -0.07963, 0.08868),
]


@pytest.mark.parametrize(("violation", "bound", "low", "high", "lower", "upper"), PEER)
def test_sets_are_those_of_another_program(employment, violation, bound, low, high, lower, upper):
    found = bounded_violations(employment, violation, bound, weights=FIRST)
    assert (found.identified_lower, found.identified_upper) == pytest.approx((low, high), abs=1e-9, nan_ok=True)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=0.0022)
    assert found.estimate == pytest.approx(-0.01993187590436981, abs=1e-9)


def test_what_relative_magnitudes_identify_adds_up_the_steps():
    # Largest step before the start 2, from −3 to −2; of three effects the first departs by up to 2, the last by 6.
    effects = study([2.0, 0.0, 5.0, 7.0, 6.0])
    found = bounded_violations(effects, bound=1.0, draws=99)
    mean, room = 6.0, (2 + 4 + 6) / 3
    assert (found.identified_lower, found.identified_upper) == pytest.approx((mean - room, mean + room))
    last = bounded_violations(effects, bound=0.5, weights=[0, 0, 1], draws=99)
    assert (last.identified_lower, last.identified_upper) == pytest.approx((3.0, 9.0))


def test_a_straight_line_is_extended_and_taken_off():
    # Departures of −2, −1 before the start at a step of 1 go on to 1, 2, 3.
    found = bounded_violations(study([-2.0, -1.0, 5.0, 6.0, 7.0], error=0.1), "smoothness", 0.0, draws=99)
    assert found.identified_lower == found.identified_upper == pytest.approx(4.0)
    assert found.lower < 4.0 < found.upper


def test_intervals_grow_with_the_bound_and_the_level(employment):
    table = sensitivity(employment, bounds=[0.0, 0.5, 1.0], confidence_level=0.9)
    assert (np.diff(table["lower"]) < 0).all()
    assert (np.diff(table["upper"]) > 0).all()
    assert (table["lower"] <= table["identified_lower"]).all()
    assert (table["upper"] >= table["identified_upper"]).all()
    wide = bounded_violations(employment, bound=0.5, confidence_level=0.99)
    assert wide.lower < table["lower"][1]
    assert wide.upper > table["upper"][1]


@pytest.mark.parametrize(("lower", "upper"), [(-1.0, 2.0), (0.5, 0.7), (3.0, np.inf), (-np.inf, -2.0), (12.0, 14.0)])
def test_truncated_quantiles_are_scipys(lower, upper):
    for probability in (0.05, 0.5, 0.95):
        expected = stats.truncnorm.ppf(probability, lower, upper)
        assert truncated_quantile(probability, lower, upper) == pytest.approx(expected, rel=1e-9)
    # Beyond what a share can say, an exponential tail begins.
    assert truncated_quantile(0.5, 50.0, np.inf) == pytest.approx(stats.truncnorm.ppf(0.5, 50.0, np.inf), rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(("violation", "bound", "level"), [("relative_magnitudes", 1.0, 0.9), ("smoothness", 0.5, 0.8)])
def test_intervals_hold_where_the_departure_is_the_worst_allowed(violation, bound, level):
    # Steps of −1 before the start; then one step more in the same direction, or a bend of the bound.
    before = np.array([2.0, 1.0])
    after = np.array([-1.0, -2.0]) if violation == "relative_magnitudes" else np.array([-1.5, -3.5])
    random, held = np.random.default_rng(3), []
    for _ in range(100):
        drawn = np.append(before, after) + 0.2 * random.normal(size=4)
        found = bounded_violations(
            study(drawn, error=0.2), violation, bound, weights=[1.0, 0.0], confidence_level=level, draws=199
        )  # fmt: skip
        held.append(found.lower <= 0 <= found.upper)
    # Three binomial standard errors over 100 below; a test of moments holds more often than it says at most.
    assert np.mean(held) > level - 3 * np.sqrt(level * (1 - level) / 100)
    if violation == "smoothness":
        assert np.mean(held) < 1


def test_it_breaks_where_the_interval_first_holds_zero():
    # A step of 1 before the start, and an effect of 3 with little error: from three steps on nothing is left.
    clear = study([1.0, 3.0], error=0.01, before=1)
    assert breakdown(clear, draws=199) == pytest.approx(3.0, abs=0.2)
    found = breakdown(study([0.3, 2.0, 2.5], error=0.5, before=1), draws=199)
    for by, held in ((0.98, False), (1.02, True)):
        interval = bounded_violations(study([0.3, 2.0, 2.5], error=0.5, before=1), bound=by * found, draws=199)
        assert (interval.lower <= 0 <= interval.upper) == held
    assert breakdown(study([0.3, 0.1], error=0.5, before=1), draws=199) == 0.0
    # Nothing moved before the start, and next to nothing could have: no multiple of it breaks the effect.
    assert breakdown(study([0.0, 2.0], error=1e-6, before=1), draws=199) == np.inf
    bent = breakdown(study([1.0, 3.0], error=0.01, before=1), "smoothness", draws=199)
    # The step of −1 goes on, so that four are above the line; the trend would have to bend by as much.
    assert bent == pytest.approx(4.0, abs=0.1)


def test_without_violations_the_interval_is_about_the_usual_one():
    found = bounded_violations(study([0.1, -0.1, 3.0], error=0.5), "relative_magnitudes", 0.0, confidence_level=0.9)
    lower, upper = stats.norm.interval(0.9, 3.0, 0.5)
    # The hybrid gives up a tenth of the error rate.
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=0.05)


def test_a_bound_that_the_periods_before_the_start_refute_identifies_nothing():
    found = bounded_violations(study([9.0, 0.0, 1.0], error=0.1), "smoothness", 0.1, draws=99)
    assert np.isnan([found.identified_lower, found.identified_upper]).all()


@pytest.mark.parametrize(
    ("effects", "arguments", "error", "said"),
    [
        (study([1.0, 2.0, 3.0]).only(np.array([True, False, True])), {}, NotAPanel, r"event times \[-3, 0\]"),
        (study([1.0, 2.0], before=0), {}, NotAPanel, r"event times \[0, 1\]. Allowed: from −2"),
        (Effects(pd.DataFrame({"start": [1]}), np.ones(1), np.ones((2, 1))), {}, NotAPanel, "not by event time"),
        (
            Effects(study([1.0, 2.0, 3.0]).labels, np.ones(3), np.ones((2, 3))), {}, NotAPanel,
            "2 units say too little of errors",
        ),
        (study([1.0, 2.0, 3.0]), {"weights": [1.0, 2.0]}, ValueError, r"weights \(2,\) for 1 event times"),
        (study([1.0, 2.0, 3.0]), {"weights": [0.0]}, ValueError, "some not zero"),
        (study([1.0, 2.0, 3.0]), {"bound": -1.0}, ValueError, "bound has -1"),
        (study([1.0, 2.0, 3.0]), {"draws": 9}, ValueError, "9 draws"),
    ],
)  # fmt: skip
def test_studies_that_cannot_be_bounded_are_refused(effects, arguments, error, said):
    with pytest.raises(error, match=said):
        bounded_violations(effects, **arguments)
