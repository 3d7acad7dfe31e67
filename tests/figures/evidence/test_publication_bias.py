"""Figures of publication bias say what the numbers do."""

import numpy as np
import pandas as pd
import pytest
from evidence.analysed_sets import FEW, analysed

from citizen_security.evidence.publication_bias.adjusted_effects import adjusted_effects
from citizen_security.evidence.publication_bias.asymmetry import fitted_lines
from citizen_security.figures.evidence import publication_bias as figures
from citizen_security.figures.ratio_axis import in_percent
from citizen_security.words import signed


@pytest.fixture(scope="module")
def few():
    return analysed(FEW)


def test_figures_say_what_the_numbers_do_and_survive_missing_rows(few):
    sample, analysis = few
    adjusted = adjusted_effects(analysis)
    figure = figures.plot_adjusted(adjusted, scale=sample.scale, confidence_level=0.95, credible_level=0.95)
    texts = [text.get_text() for text in figure.axes[0].texts]
    # Two of selection, Copas', PET, PEESE and the choice between these: all ask for ten.
    assert sum(text.startswith("none: 7 studies") for text in texts) == 6
    known = adjusted[adjusted["effect"].notna()]
    first, rest = known["effect"].iloc[0], known["effect"].iloc[1:]
    title = figures.title_adjusted(known, "log_ratio")
    assert title.startswith(f"Uncorrected {in_percent(first)}; corrected from {in_percent(rest.min())} (")
    assert f"{in_percent(rest.max())} (" in title
    assert figures.title_adjusted(known, "standardised_mean_difference").startswith(f"Uncorrected {signed(first)}; ")
    lines = fitted_lines(sample, analysis)
    empty = pd.DataFrame(columns=["effect", "standard_error"], dtype=float)
    funnel = figures.plot_funnel(sample.studies, empty, lines, pooled=0.5, slope_p=float("nan"), scale=sample.scale)
    assert funnel.get_suptitle() == "Effects of 7 studies and their standard errors"
    assert "the more crime it finds" in figures.title_funnel(sample.studies, lines, 0.01)
    assert ", not surely" in figures.title_funnel(sample.studies, lines, 0.3)
    # Log ratios are drawn where they lie and read in per cent, as the sentences of the page give them.
    half = float(np.log(0.5))
    assert funnel.axes[0].xaxis.get_major_formatter()(half, 0) == "−50%"
    apart = figures.plot_funnel(
        sample.studies, empty, lines, pooled=0.5, slope_p=0.5, scale="standardised_mean_difference"
    )
    assert "%" not in apart.axes[0].xaxis.get_major_formatter()(half, 0)


def test_titles_of_worlds_and_of_assumed_selection_are_in_per_cent_where_the_axis_is():
    worlds = pd.DataFrame(
        [
            {"world": world, "method": method, "bias": bias, "bias_standard_error": 0.01, "coverage": 0.9}
            | {"egger_rejects": 0.2}
            for world in figures.WORLD_LABELS
            for method, bias in (("random_effects", -0.2), ("pet_peese", 0.1))
        ]
    )
    shown = {
        scale: figures.plot_worlds(worlds, truth=float(np.log(0.65)), reported=0.3, scale=scale)
        for scale in figures.SCALE_LABELS
    }
    assert shown["log_ratio"].get_suptitle().startswith("True effect −35%. ")
    assert shown["standardised_mean_difference"].get_suptitle().startswith("True effect −0.43. ")
    assert shown["log_ratio"].axes[0].xaxis.get_major_formatter()(0.0, 0) == "0%"
    copas = pd.DataFrame({"effect": [-0.4, -0.1]})
    assert figures.title_copas(copas, "log_ratio").endswith("between −33% and −10%")
