"""The specifications of `paradox/panel_regressions`: each driver alone, on a shared sample, all together."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from citizen_security.paradox.panel.sample import estimation_sample, sample_problems
from citizen_security.paradox.panel.specification import Specification, drivers, unemployment_and_growth
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.paradox.parameters import FixedEffects


def analysis_specifications(parameters: PanelRegressions) -> Iterator[Specification]:
    """Every specification that the notebook fits with the chosen fixed effects, each driver alone first."""
    common = Specification(
        name="",
        regressors=(),
        outcome=parameters.outcome,
        fixed_effects=parameters.fixed_effects,
        weights=parameters.weights,
    )
    everything = tuple(parameters.regressors)
    for group in drivers(everything):
        yield replace(common, name="alone", regressors=group)
    for group in drivers(everything):
        yield replace(common, name="alone, shared sample", regressors=group, also_observed=everything)
    if both := unemployment_and_growth(everything):
        yield replace(common, name="youth unemployment and growth", regressors=both)
    yield replace(common, name="all together", regressors=everything)


def comparison_specifications(
    panel: pd.DataFrame, parameters: PanelRegressions, kinds: Sequence[FixedEffects] = ("none", "country", "two_way")
) -> list[Specification]:
    """All drivers together under several kinds of fixed effects, named after the kind, as far as `panel` carries them.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : PanelRegressions
    kinds : sequence of {"none", "country", "year", "two_way"}

    Returns
    -------
    list of Specification
    """
    *_, everything = analysis_specifications(parameters)
    candidates = [replace(everything, name=kind, fixed_effects=kind) for kind in kinds]
    return [
        specification
        for specification in candidates
        if not sample_problems(estimation_sample(panel, specification), specification)
    ]
