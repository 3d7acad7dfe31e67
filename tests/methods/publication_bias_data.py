"""Published sets of studies, and what the tests of averaging over models share."""

from functools import cache
from pathlib import Path

import pandas as pd

from citizen_security.methods.publication_bias.ensembles import (
    NO_SELECTION,
    SelectionMechanism,
    unit_information_priors,
)

REFERENCE = Path(__file__).parent / "reference"

# No selection at all; reporting that changes at one p-value.
ALONE = (SelectionMechanism(NO_SELECTION.label, "none", 1.0),)
STEP = (SelectionMechanism("one step", "weights", 1.0, (0.025,)),)

PRIORS = unit_information_priors(2**0.5)


@cache
def _all_studies():
    return pd.read_csv(REFERENCE / "publication_bias_studies.csv")


def studies(name):
    """Effects and sampling variances of one set."""
    rows = _all_studies()[_all_studies()["dataset"] == name]
    return rows["effect"].to_numpy(), rows["variance"].to_numpy()


def log_marginal(averaged, *, effect, heterogeneity, selection=None):
    """Log marginal likelihood of one of the models that were averaged."""
    models = averaged.models
    row = (models["effect"] == effect) & (models["heterogeneity"] == heterogeneity)
    if selection is not None:
        row &= models["selection"] == selection
    return float(models.loc[row, "log_marginal"].iloc[0])
