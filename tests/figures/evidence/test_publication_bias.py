"""Figures of publication bias say what the numbers do."""

import pandas as pd
import pytest
from evidence.analysed_sets import FEW, analysed

from citizen_security.evidence.publication_bias.adjusted_effects import adjusted_effects
from citizen_security.evidence.publication_bias.asymmetry import fitted_lines
from citizen_security.figures.evidence import publication_bias as figures


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
    assert figures.title_adjusted(known).startswith(
        f"Uncorrected {known['effect'].iloc[0]:.2f}; corrected from {known['effect'].iloc[1:].min():.2f} ("
    )
    assert f"{known['effect'].iloc[1:].max():.2f} (" in figures.title_adjusted(known)
    lines = fitted_lines(sample, analysis)
    empty = pd.DataFrame(columns=["effect", "standard_error"], dtype=float)
    funnel = figures.plot_funnel(sample.studies, empty, lines, pooled=0.5, slope_p=float("nan"), scale=sample.scale)
    assert funnel.get_suptitle() == "Effects of 7 studies and their standard errors"
    assert "the more crime it finds" in figures.title_funnel(sample.studies, lines, 0.01)
    assert ", not surely" in figures.title_funnel(sample.studies, lines, 0.3)
