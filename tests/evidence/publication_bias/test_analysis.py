"""Every method on one set: a refusal that is lost, or a method that is not asked, would leave a hole in the table."""

import importlib
import inspect
import pkgutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evidence.analysed_sets import ENOUGH, analysed
from evidence.analysed_sets import QUICK as SETS

from citizen_security.evidence.publication_bias import analysis as analysis_module
from citizen_security.evidence.publication_bias.analysis import (
    FEWEST_FOR_SELECTION,
    analyse,
    averages,
    favoured_sign,
)
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.methods import publication_bias
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.methods.publication_bias.copas_selection import copas_sensitivity
from citizen_security.methods.publication_bias.ensembles import ENSEMBLES, unit_information_priors
from citizen_security.methods.publication_bias.funnel_tests import (
    egger_classical,
    egger_mixed,
    pet_peese,
    rank_correlation,
)
from citizen_security.methods.publication_bias.marginal_likelihoods import QUICK as RESOLUTION_AT_QUICK
from citizen_security.methods.publication_bias.model_averaging import Averaged, average_models
from citizen_security.methods.publication_bias.selection_models import NotIdentified, fit_step_selection
from citizen_security.methods.publication_bias.significance_counts import excess_significance
from citizen_security.methods.publication_bias.trim_and_fill import trim_and_fill
from citizen_security.tables import catalog

QUICK = {"effort": "quick", "ensemble": "one_sided_step", "copas_least_precise": [0.99, 0.5]}


@pytest.fixture(scope="module")
def analysis():
    """The prison visits: seven studies, too few for a selection model."""
    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    sample = sample_of_intervention(harmonised, "deterrence_education")
    return analyse(sample, PublicationBias.from_values({"intervention": "deterrence_education", **QUICK}))


@pytest.mark.parametrize("name", ["three_parameter", "selection_model", "copas", "conditional"])
def test_a_model_of_selection_says_why_it_was_not_fitted(analysis, name):
    reason = getattr(analysis, name)
    assert reason.startswith("7 studies; selection")
    assert str(FEWEST_FOR_SELECTION) in reason


def test_methods_that_need_fewer_studies_give_their_results(analysis):
    for name in ("egger", "egger_mixed", "begg", "trim_and_fill"):
        assert not isinstance(getattr(analysis, name), str), name
    assert isinstance(analysis.averaged, Averaged)


def test_a_method_that_refuses_the_studies_leaves_its_sentence(analysis):
    # None of the prison visits found a significant reduction, so there is no curve of p-values.
    assert analysis.p_curve.startswith("no result is significant")


def test_fail_safe_numbers_are_there_by_rule(analysis):
    assert set(analysis.fail_safe) == {"rosenthal", "rosenberg", "orwin"}
    assert np.isfinite(list(analysis.fail_safe.values())).all()


def test_what_is_suppressed_is_the_other_sign_of_what_is_favoured():
    assert favoured_sign(PublicationBias.from_values({"suppressed": "harmful"})) == "negative"
    assert favoured_sign(PublicationBias.from_values({"suppressed": "beneficial"})) == "positive"


ASKED = {
    "intervention": "restorative_justice",
    "confidence_level": 0.6,
    "credible_level": 0.7,
    "estimator": "paule_mandel",
    "missing_estimator": "R0",
    "cut_points": [0.05, 0.5],
    "pet_significance": 0.3,
    "copas_most_precise": [0.9],
    **QUICK,
}


SIDES = [("harmful", "negative", "right"), ("beneficial", "positive", "left")]


def ends(fit):
    return fit.lower, fit.upper


def fitted_or_refused(*given, **asked):
    try:
        return ends(fit_step_selection(*given, **asked))
    except NotIdentified as refusal:
        return str(refusal)


@pytest.mark.parametrize(
    ("suppressed", "sign", "side"), [("harmful", "negative", "right"), ("beneficial", "positive", "left")]
)
def test_each_result_is_that_of_its_method_as_the_parameters_ask_for_it(suppressed, sign, side):
    sample, _ = analysed(ENOUGH)
    given, level = (sample.effect, sample.variance), {"confidence_level": 0.6}
    found = analyse(sample, PublicationBias.from_values({**ASKED, "suppressed": suppressed}))
    pooled = pool(*given, estimator="paule_mandel", **level)
    assert found.random_effects.interval == pooled.interval
    assert found.equal_effects.interval == pool(*given, estimator="equal_effects", test="normal", **level).interval
    assert found.egger == egger_classical(*given, **level)
    assert found.egger_mixed == egger_mixed(*given, estimator="paule_mandel", **level)
    assert found.begg == rank_correlation(*given)
    filled = trim_and_fill(*given, side=side, missing_estimator="R0", estimator="paule_mandel", **level)
    assert (found.trim_and_fill.side, found.trim_and_fill.missing) == (side, filled.missing)
    assert found.trim_and_fill.pooled.interval == filled.pooled.interval
    assert found.conditional == pet_peese(*given, significance=0.3, **level)
    for name, steps in (("three_parameter", (0.025,)), ("selection_model", (0.05, 0.5))):
        fit, expected = getattr(found, name), fitted_or_refused(*given, cut_points=steps, favoured=sign, **level)
        assert (fit if isinstance(fit, str) else ends(fit)) == expected, name
    copas = copas_sensitivity(*given, least_precise=[0.99, 0.5], most_precise=[0.9], **level)
    pd.testing.assert_frame_equal(found.copas, copas)
    excess = excess_significance(*given, true_effect=pooled.effect, tau_squared=pooled.tau_squared, direction=sign)
    assert (found.excess.observed, found.excess.expected) == (excess.observed, excess.expected)
    averaged = average_models(
        *given,
        priors=unit_information_priors(sample.unit),
        selections=ENSEMBLES["one_sided_step"],
        favoured=sign,
        credible_level=0.7,
        resolution=RESOLUTION_AT_QUICK,
    )
    assert ends(found.averaged) == ends(averaged)


@pytest.mark.parametrize(("studies", "refused"), [(9, True), (10, False)])
def test_ten_studies_are_enough_for_a_model_of_selection_and_nine_are_not(studies, refused):
    sample, _ = analysed(ENOUGH)
    fewer = replace(sample, studies=sample.studies.head(studies))
    found = analysis_module._result_or_reason(
        analysis_module._METHODS["copas"], fewer, PublicationBias.from_values(ASKED)
    )
    assert isinstance(found, str) == refused


def test_the_average_is_given_over_every_ensemble_and_the_chosen_one_is_marked():
    sample, analysis = analysed(ENOUGH)
    table = averages(sample, analysis, PublicationBias.from_values({"intervention": ENOUGH, **SETS}))
    assert table["label"].tolist() == ["8 models", "12 models", "36 models"]
    assert table["is_chosen"].tolist() == [True, False, False]
    assert table["effect"].iloc[0] == analysis.averaged.mean
    assert table["effect"].nunique() == 3
    assert table["no_effect"].between(0, 1).all()
    assert (table["lower"] <= table["effect"]).all()


def refusals():
    """Every refusal that a method of the package may raise."""
    for found in pkgutil.iter_modules(publication_bias.__path__, f"{publication_bias.__name__}."):
        module = importlib.import_module(found.name)
        own = inspect.getmembers(module, lambda it: inspect.isclass(it) and issubclass(it, Exception))
        yield from (refusal for _, refusal in own if refusal.__module__ == module.__name__)


@pytest.mark.parametrize("refusal", refusals())
def test_whatever_a_method_refuses_the_others_are_told(refusal, analysis, monkeypatch):
    def refuse(*_, **__):
        raise refusal("no answer.")

    monkeypatch.setattr(analysis_module, "average_models", refuse)
    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    sample = sample_of_intervention(harmonised, "deterrence_education")
    parameters = PublicationBias.from_values({"intervention": "deterrence_education", **QUICK})
    # The one that the analysis holds already, and none of the others.
    assert averages(sample, analysis, parameters)["is_chosen"].to_list() == [True]
