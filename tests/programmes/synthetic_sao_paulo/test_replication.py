"""The printed numbers come out of the printed weights, and a better fit is one that another program would see."""

import numpy as np
import pytest
from scipy.optimize import minimize

from citizen_security.programmes.synthetic_sao_paulo import replication
from citizen_security.programmes.synthetic_sao_paulo.donor_pool import printed
from citizen_security.programmes.synthetic_sao_paulo.headline import state_names
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo


@pytest.fixture(scope="module")
def published(states, asked):
    return replication.published_panel(states, asked)


@pytest.fixture(scope="module")
def fit(published, asked):
    return replication.with_predictors(published, asked)


@pytest.fixture(scope="module")
def compared(published, printed_results, fit):
    return replication.compare_weights(published, printed_results, fit).set_index("weights")


def test_the_printed_lives_come_out_with_the_weights_as_the_code_takes_them(compared, printed_results):
    figures = printed_results.set_index("quantity")["value"]
    # Weights are printed to three digits; that the lives come out to one is more than rounding promises.
    assert compared.loc[replication.CODED, "averted"] == pytest.approx(figures["lives_saved"], abs=1)
    assert compared.loc[replication.CODED, "expected"] == pytest.approx(figures["expected_deaths"], abs=1)


def test_the_weights_as_printed_give_the_lives_within_one_per_cent(compared, printed_results):
    lives = printed_results.set_index("quantity")["value"]["lives_saved"]
    assert compared.loc[replication.PRINTED, "averted"] == pytest.approx(lives, rel=0.01)
    assert compared.loc[replication.SEARCHED, "averted"] != pytest.approx(lives, rel=0.01)


def test_the_synthetic_means_are_those_printed(published, printed_results):
    figures, weights = printed(printed_results, "synthetic_mean"), printed(printed_results, "donor_weight")["value"]
    shares = weights.rename(index=replication.IN_THE_CODE).reindex(list(published.panel.donors)).fillna(0)
    means = dict(zip(published.names, shares.to_numpy() @ published.predictors[1:], strict=True))
    # Six weights, each known to half a thousandth.
    for name, (value, decimals) in figures.iterrows():
        spread = np.ptp(published.predictors[1:, published.names.index(name)])
        assert means[name] == pytest.approx(value, abs=0.5 * 10**-decimals + 6 * 5e-4 * spread / 2)


def test_the_search_fits_better_than_the_printed_weights(compared):
    assert compared.loc[replication.SEARCHED, "loss"] < compared.loc[replication.PRINTED, "loss"] / 2


def test_its_donor_weights_are_those_of_its_predictor_weights_by_another_program(published, fit):
    """The inner problem by sequential quadratic programming."""
    columns = published.predictors / published.predictors.std(axis=0, ddof=1)
    shares = fit.predictor_weights[0]

    def loss(weights):
        return float(shares @ (columns[0] - weights @ columns[1:]) ** 2)

    number = len(published.panel.donors)
    ends = {"bounds": [(0, 1)] * number, "constraints": {"type": "eq", "fun": lambda it: it.sum() - 1}}
    found = minimize(
        loss, np.full(number, 1 / number), method="SLSQP", options={"maxiter": 2_000, "ftol": 1e-14}, **ends
    )
    # The search lets outcomes decide between weights that match predictors equally well, by a share of 1e-8.
    assert loss(fit.donor_weights[0]) <= found.fun + 1e-5


def test_what_is_asked_for_does_not_move_the_article_s_panel(states, published):
    other = SyntheticSaoPaulo.from_values(
        {"start": 2001, "outcome": "log", "donors": "all", "predictors": ["gini", "gdp_growth"]}
    )
    again = replication.published_panel(states, other)
    assert again.panel.donors == published.panel.donors
    assert (again.panel.outcomes == published.panel.outcomes).all()
    assert again.names == published.names


def test_weights_stand_beside_the_printed_ones_with_their_range(states, published, printed_results, fit):
    table = replication.weights_beside_printed(published, printed_results, fit, state_names(states))
    assert table["searched"].sum() == pytest.approx(1, abs=1e-6)
    assert table["printed"].sum() == pytest.approx(1)
    assert (table["lower"] <= table["searched"]).all()
    assert (table["searched"] <= table["upper"]).all()
    assert "Santa Catarina" in set(table["donor"])
