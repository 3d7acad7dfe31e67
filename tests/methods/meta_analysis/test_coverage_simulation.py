"""Coverage where the answer is known: exact cases, the published ordering, and what is not simulated is refused."""

import numpy as np
import pytest

from citizen_security.methods.meta_analysis.coverage_simulation import sampling_variances, simulate_coverage
from citizen_security.methods.meta_analysis.pooling import pool


def rows(*arguments, **given):
    table = simulate_coverage(*arguments, **{"replicates": 1500, "seed": 5, **given})
    return table.set_index("procedure")


def test_equal_effects_hold_what_they_promise_where_effects_are_equal():
    # With τ = 0 and known variances the normal interval is exact; four simulation errors.
    row = rows((5,), (0.0,), ("alike",)).loc["equal_effects_normal"]
    assert row["coverage"] == pytest.approx(0.95, abs=4 * row["simulation_error"])


def test_knapp_and_hartung_is_exact_for_studies_of_one_size():
    # Then the mean is unweighted whatever τ² is, and its t statistic is Student's.
    for count in (2, 3, 10):
        row = rows((count,), (0.5,), ("alike",)).loc["reml_knapp_hartung_unfloored"]
        assert row["coverage"] == pytest.approx(0.95, abs=4 * row["simulation_error"])


def test_the_floor_holds_more_than_it_promises_where_effects_are_equal():
    table = rows((3,), (0.0,), ("alike",), confidence_level=0.8)
    assert table.loc["reml_knapp_hartung_unfloored", "coverage"] == pytest.approx(0.8, abs=0.045)
    assert table.loc["reml_knapp_hartung", "coverage"] > 0.88
    assert table.loc["reml_knapp_hartung", "width"] > table.loc["reml_knapp_hartung_unfloored", "width"]


def test_for_studies_of_one_size_the_estimator_does_not_matter_to_knapp_and_hartung():
    table = rows((4,), (0.9,), ("alike",))
    assert table.loc["reml_knapp_hartung", "coverage"] == table.loc["dersimonian_laird_knapp_hartung", "coverage"]


def test_the_published_ordering_few_unlike_studies_that_differ():
    # IntHout and others (2014): the usual interval is too short, Knapp and Hartung's much better and not perfect.
    table = rows((5,), (0.5,), ("one_large",))
    assert table.loc["dersimonian_laird_normal", "coverage"] < 0.90
    assert table.loc["equal_effects_normal", "coverage"] < table.loc["dersimonian_laird_normal", "coverage"]
    assert table.loc["reml_knapp_hartung", "coverage"] > table.loc["dersimonian_laird_normal", "coverage"] + 0.02
    assert table.loc["reml_knapp_hartung", "width"] > table.loc["dersimonian_laird_normal", "width"]


def test_type_one_error_is_what_coverage_lacks():
    table = simulate_coverage((3, 8), (0.0, 0.8), replicates=300, seed=2, confidence_level=0.9)
    assert (table["coverage"] + table["type_one_error"]).to_numpy() == pytest.approx(np.ones(len(table)))


def test_prediction_intervals_need_three_studies():
    table = simulate_coverage((2, 3), (0.5,), ("alike",), replicates=50, seed=1).set_index(["studies", "procedure"])
    assert np.isnan(table.loc[(2, "reml_knapp_hartung"), "prediction_coverage"])
    assert table.loc[(3, "reml_knapp_hartung"), "prediction_coverage"] > 0.5


def test_the_same_seed_gives_the_same_table():
    first, again, other = (simulate_coverage((3,), (0.5,), replicates=60, seed=seed) for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_the_large_study_is_ten_times_as_large():
    assert sampling_variances(3, "one_large") == pytest.approx([0.1, 0.1, 0.01])
    assert sampling_variances(2, "alike") == pytest.approx([0.1, 0.1])


@pytest.mark.parametrize(
    ("studies", "share", "replicates", "said"),
    [((1,), (0.5,), 10, "at least 2"), ((3,), (1.0,), 10, "below 1"), ((3,), (0.5,), 0, "at least 1")],
)
def test_what_cannot_be_simulated_is_refused(studies, share, replicates, said):
    with pytest.raises(ValueError, match=said):
        simulate_coverage(studies, share, replicates=replicates, seed=1)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_prediction_intervals_of_a_known_variance_hold_a_new_study_as_often_as_they_say(level):
    # A hundred studies of one size fix the mean and τ²: the interval is nearly ± a quantile of τ.
    table = simulate_coverage((100,), (0.8,), ("alike",), replicates=1500, seed=6, confidence_level=level)
    found = table.set_index("procedure").loc["reml_knapp_hartung", "prediction_coverage"]
    # Three simulation errors, 0.039 and 0.023, and what t and the estimate of τ² leave.
    assert found == pytest.approx(level, abs=0.045)


def test_prediction_coverage_is_the_share_of_new_effects_within_its_interval():
    # Three studies, so that both parts under the root weigh: as `Pooled.prediction_interval` on each drawn set.
    table = simulate_coverage((3,), (0.2,), ("one_large",), replicates=60, seed=7, confidence_level=0.8)
    generator = np.random.default_rng(7)
    variance = sampling_variances(3, "one_large")
    tau = np.sqrt(0.1 * 0.2 / 0.8)
    effects = np.sqrt(tau**2 + variance) * generator.standard_normal((60, 3))
    new = tau * generator.standard_normal(60)
    ends = [pool(row, variance).prediction_interval(0.8) for row in effects]
    held = np.mean([low <= value <= high for (low, high), value in zip(ends, new, strict=True)])
    assert table.set_index("procedure").loc["reml_knapp_hartung", "prediction_coverage"] == held
    assert 0 < held < 1


def test_how_many_replicates_settled_is_a_share():
    table = simulate_coverage((3,), (0.5,), ("alike",), replicates=40, seed=1)
    assert ((table["converged"] > 0.5) & (table["converged"] <= 1)).all()


def test_a_single_replicate_is_a_simulation():
    assert (simulate_coverage((3,), (0.5,), ("alike",), replicates=1, seed=1)["replicates"] == 1).all()
