"""A forest plot has every study once, and a diamond for each group and for all."""

import pytest

from citizen_security.evidence.meta_analysis.forest import forest_rows, forest_summaries
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.pooled_sample import pool_sample
from citizen_security.methods.meta_analysis.pooling import pool

DEFAULTS = MetaAnalysis.from_values({})


def given(**values):
    return MetaAnalysis.from_values(values)


def test_a_forest_plot_holds_every_study_once_and_weights_make_one(therapy):
    fit = pool_sample(therapy, DEFAULTS)
    rows = forest_rows(therapy, fit, DEFAULTS)
    assert sorted(rows["label"]) == sorted(therapy.studies["label"])
    assert rows["weight"].sum() == pytest.approx(1)
    assert (rows["weight"] * rows["effect"]).sum() == pytest.approx(fit.effect)


def test_the_diamonds_are_those_of_the_groups_and_of_all(therapy):
    fit = pool_sample(therapy, DEFAULTS)
    diamonds = forest_summaries(therapy, fit, DEFAULTS)
    assert list(diamonds["group"]) == ["Maryland level 2", "Maryland level 4", "Maryland level 5", "all studies"]
    assert diamonds["studies"].iloc[:-1].sum() == diamonds["studies"].iloc[-1] == 58
    fives = therapy.studies[therapy.studies["maryland_level"] == 5]
    alone = pool(fives["effect"], fives["standard_error"] ** 2)
    assert diamonds["effect"].iloc[2] == pytest.approx(alone.effect)
    assert len(forest_summaries(therapy, fit, given(moderator="none"))) == 1
