"""Averages in the figure are those of a second path, and a study alone is told as such."""

import math

import numpy as np
import pytest

from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.typology import answers, cells
from citizen_security.evidence.typology.parameters import Typology
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


@pytest.fixture(scope="module")
def found(harmonised):
    return everything(harmonised)


def everything(harmonised, **values):
    parameters = Typology.from_values(values)
    coded = coded_studies(catalog.load("studies"), catalog.load("countries"))
    placed = cells.place(catalog.load("typology"), catalog.load("typology_parts"), coded, parameters)
    return placed, {it.intervention: it for it in answers.answers(placed, harmonised, parameters)}


def test_equal_effects_are_the_mean_by_inverse_variance(harmonised):
    _, by_code = everything(harmonised, estimator="equal_effects", test="normal", confidence_level=0.8)
    sample = by_code["restorative_justice"].sample
    weights = 1 / sample.variance
    mean, error = (weights * sample.effect).sum() / weights.sum(), math.sqrt(1 / weights.sum())
    # 1.2815516 is the 90% quantile of the normal distribution, from a printed table.
    expected = mean, mean - 1.2815516 * error, mean + 1.2815516 * error
    assert by_code["restorative_justice"].effect == pytest.approx(expected, rel=1e-6)


def test_a_study_alone_has_its_own_printed_interval_and_no_average(found):
    placed, by_code = found
    alone = by_code["alcohol_restriction"]
    assert (alone.pooled, alone.studies, alone.reason) == (None, 1, answers.ONE_STUDY)
    effect, lower, upper = alone.effect
    assert lower < effect < upper
    table = answers.answer_table(placed, list(by_code.values())).set_index("Intervention")
    assert table.loc["Alcohol sale hours", "Effect"].endswith(f"({answers.ONE_STUDY})")


def test_an_intervention_without_an_effect_says_why(found):
    placed, by_code = found
    assert np.isnan(by_code["body_worn_cameras"].effect).all()
    table = answers.answer_table(placed, list(by_code.values())).set_index("Intervention")
    assert table.loc["Body-worn cameras", ["Effect", "Interval"]].tolist() == [answers.NO_EFFECT, ""]
    assert by_code["body_worn_cameras"].measure == ""


def test_studies_that_the_parameters_drop_enter_no_average(harmonised):
    _, by_code = everything(harmonised, last_year=2000)
    years = by_code["cognitive_behavioural_therapy"].sample.studies["year"]
    assert len(years) > 1
    assert years.max() <= 2000


def test_numbers_of_the_table_are_those_of_the_answers(found):
    _, by_code = found
    table = answers.effects_table(list(by_code.values())).set_index("intervention")
    pooled = by_code["cognitive_behavioural_therapy"]
    assert tuple(table.loc["cognitive_behavioural_therapy", ["effect", "lower", "upper"]]) == pooled.effect
    assert table.loc["cognitive_behavioural_therapy", "studies"] == pooled.studies
    assert table["reason"].eq("").sum() == sum(it.pooled is not None for it in by_code.values())


def test_a_cell_has_the_averages_of_its_interventions_alone(found):
    placed, by_code = found
    table = answers.with_averages(cells.cells(placed), placed, list(by_code.values()))
    told = table.set_index(["threat", "strategy"])["averages"]
    justice = told["petty_crime", "criminal_justice"].split("; ")
    pooled = [it for it in by_code.values() if it.pooled is not None]
    assert len(justice) == len(pooled)
    assert justice[0].startswith("Cognitive behavioural therapy, Reoffending: odds ")
    assert set(told.drop(("petty_crime", "criminal_justice"))) == {""}
