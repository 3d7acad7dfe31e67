"""What the notebook records: a value under another name, or of another row, would be printed on every page."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.publication_bias.adjusted_effects import adjusted_effects
from citizen_security.evidence.publication_bias.analysis import analyse
from citizen_security.evidence.publication_bias.headline import QUOTED, headline_values
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.tables import catalog
from citizen_security.values import Missing, Value

PARAMETERS = PublicationBias.from_values(
    {
        "intervention": "restorative_justice",
        "effort": "quick",
        "ensemble": "one_sided_step",
        "copas_least_precise": [0.99, 0.5],
        "confidence_level": 0.9,
        "credible_level": 0.8,
    }
)
WORLDS = pd.DataFrame(
    [
        {"world": world, "method": method, "bias": bias, "bias_standard_error": 0.1, "egger_rejects": 0.25}
        for world in ("all_reported", "significant_reported", "small_studies_differ")
        for method, bias in (("random_effects", -0.1), ("pet_peese", 0.2))
    ]
)
NO_OTHERS = pd.DataFrame({"is_chosen": []}, dtype=bool)


@pytest.fixture(scope="module")
def sample():
    return sample_of_intervention(
        harmonised_effects(catalog.load("effects"), catalog.load("studies")), PARAMETERS.intervention
    )


@pytest.fixture(scope="module")
def analysis(sample):
    return analyse(sample, PARAMETERS)


@pytest.fixture(scope="module")
def values(sample, analysis):
    return {value.name: value for value in headline_values(sample, analysis, NO_OTHERS, WORLDS, PARAMETERS)}


def test_no_name_is_given_twice(sample, analysis, values):
    assert len(values) == len(headline_values(sample, analysis, NO_OTHERS, WORLDS, PARAMETERS))


def test_each_method_that_is_quoted_has_its_statement_in_words(analysis, values):
    adjusted = adjusted_effects(analysis).set_index("method")
    assert {name.removeprefix("statement_") for name in values if name.startswith("statement_")} == set(QUOTED)
    for method in QUOTED:
        size = f"{abs(adjusted.loc[method, 'effect']):.2f}"
        assert values[f"statement_{method}"].value.startswith((f"{size} standard deviations", "unchanged"))


def test_only_the_bayesian_average_has_a_credible_interval(values):
    credible = {name for name, value in values.items() if "80% credible interval" in value.label}
    assert credible == {"statement_model_averaged"}
    assert "90% confidence interval" in values["statement_random_effects"].label


def test_worlds_are_told_by_their_short_names(values):
    assert values["egger_rejects_selected"].value == 25
    assert values["egger_rejects_selected"].interval[0] < 25 < values["egger_rejects_selected"].interval[1]
    off = values["bias_random_effects_selected"]
    # Student's quantile at 90% is between that of the normal and twice it.
    assert off.value == -0.1
    assert 0.1 * 1.64 < off.interval[1] - off.value < 0.2 * 1.64
    assert sum(off.interval) / 2 == pytest.approx(-0.1)
    assert values["egger_rejects_differ"].n == PARAMETERS.simulations_at_effort


def test_a_method_without_a_result_says_why_and_what_is_missing(sample, analysis):
    refused = replace(analysis, copas="why not", egger_mixed="why not", trim_and_fill="unsettled", averaged="why not")
    left = headline_values(sample, refused, NO_OTHERS, WORLDS, PARAMETERS)
    named = {value.name: value.value for value in left if isinstance(value, Value)}
    assert named["statement_copas"] == "none (why not)"
    assert named["egger_sentence"] == "Egger's test has no result: why not."
    missing = {value.names: value.reason for value in left if isinstance(value, Missing)}
    assert missing == {
        "missing_studies": "unsettled",
        "posterior_probability_effect": "why not",
        "bayes_factor_*": "why not",
    }


def test_an_open_interval_is_said_to_have_no_end(sample, analysis):
    open_ended = replace(analysis, selection_model=replace(analysis.selection_model, upper=np.inf))
    left = {value.name: value for value in headline_values(sample, open_ended, NO_OTHERS, WORLDS, PARAMETERS)}
    assert left["statement_selection_model"].value.endswith("(an interval without an end)")


def test_odds_beyond_any_number_are_cut(sample, analysis):
    inclusion = analysis.averaged.inclusion.assign(bayes_factor=np.inf)
    certain = replace(analysis, averaged=replace(analysis.averaged, inclusion=inclusion))
    left = {value.name: value for value in headline_values(sample, certain, NO_OTHERS, WORLDS, PARAMETERS)}
    assert left["bayes_factor_effect"].value == 1e300
