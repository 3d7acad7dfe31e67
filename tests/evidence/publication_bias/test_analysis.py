"""Every method on one set: a refusal that is lost, or a method that is not asked, would leave a hole in the table."""

import numpy as np
import pytest
from evidence.analysed_sets import ENOUGH, analysed
from evidence.analysed_sets import QUICK as SETS

from citizen_security.evidence.publication_bias.analysis import (
    FEWEST_FOR_SELECTION,
    analyse,
    averages,
    favoured_sign,
)
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.methods.publication_bias.model_averaging import Averaged
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


def test_the_average_is_given_over_every_ensemble_and_the_chosen_one_is_marked():
    sample, analysis = analysed(ENOUGH)
    table = averages(sample, analysis, PublicationBias.from_values({"intervention": ENOUGH, **SETS}))
    assert table["label"].tolist() == ["8 models", "12 models", "36 models"]
    assert table["is_chosen"].tolist() == [True, False, False]
    assert table["effect"].iloc[0] == analysis.averaged.mean
    assert table["effect"].nunique() == 3
    assert table["no_effect"].between(0, 1).all()
    assert (table["lower"] <= table["effect"]).all()
