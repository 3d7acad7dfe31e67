"""A name that no method has is refused: another would be taken for it without a word."""

import importlib
import inspect
import pkgutil
from types import UnionType
from typing import Literal, Union, get_args, get_origin

import numpy as np
import pytest
from methods.test_require import CALLS, FIT, OF_DRAWN, PANEL, POOLED, STAGGERED, STUDIES, TREATED

from citizen_security import methods
from citizen_security.methods import resampling, sampling
from citizen_security.methods.meta_analysis import (
    bayesian_pooling,
    between_study_variance,
    coverage_simulation,
    pooling,
    study_sets,
)
from citizen_security.methods.panel import placebo, unit_roots
from citizen_security.methods.publication_bias import ensembles
from citizen_security.methods.regression import influence, wild_bootstrap
from citizen_security.methods.spike_selection import designs, directions
from citizen_security.methods.staggered_adoption import aggregates, group_time, two_groups, untreated_fit
from citizen_security.methods.synthetic_control import placebos

SET = study_sets.one_set(**STUDIES)
DRAWN = wild_bootstrap.wild_bootstrap(FIT, "driver", 9)

# Functions that tests of other arguments do not call, or not with what its names need.
ARGUMENTS = {call: arguments for call, arguments, _ in CALLS} | {
    between_study_variance.between_study_variances: {"sets": SET},
    pooling.pool_sets: {"sets": SET},
    pooling.refuse_without_residual: {"sets": SET},
    pooling.Pooled.prediction_interval: {"self": POOLED},
    bayesian_pooling.TauPrior: {"scale": 0.5},
    bayesian_pooling.MuPrior: {},
    coverage_simulation.sampling_variances: {"studies": 5},
    placebo.simulated_drivers: {"driver": PANEL.driver, "draws": 2, "seed": 1},
    unit_roots.cadf_statistics: {"values": PANEL.outcome[None], "lags": 1},
    unit_roots.published_critical: {"units": 10, "periods": 20},
    ensembles.SelectionMechanism: {"label": "none", "prior_probability": 0.5},
    influence.decisive_rows: {"fit": FIT, "regressor": "driver", "rule": lambda _: (0.0, 1.0)},
    influence.pull_of_rows: {"fit": FIT, "regressor": "driver"},
    wild_bootstrap.WildBootstrap.p_value: {"self": DRAWN},
    wild_bootstrap.wild_bootstrap: {"fit": FIT, "regressor": "driver", "draws": 9},
    resampling.bootstrap_multipliers: {"clusters": 3, "draws": 9, "seed": 1},
    aggregates.average: {"found": group_time.group_time_effects(STAGGERED)},
    two_groups.compare: {
        "change": STAGGERED.outcomes[:, 7] - STAGGERED.outcomes[:, 2],
        "treated": STAGGERED.starts == 3,
        "others": STAGGERED.never,
        "covariates": None,
    },
    untreated_fit.keys_of: {"panel": STAGGERED},
    sampling.Settings.at: {"self": sampling.Settings(10, 10, 1, 0.8, 1)},
    sampling.Gate.at: {},
    designs.among_placebos: {"ratio": False},
    directions.worst: {"rows": OF_DRAWN},
    placebos.placebo_gaps: {"panel": TREATED},
    placebos.placebos_from_gaps: {"panel": TREATED, "gaps": np.ones((15, 14)), "statistic": "mean_gap"},
}

# What a method found out, which nobody chooses, and a row of a table of names that `pool_sets` looks at.
RESULTS = {
    "Segments",
    "SyntheticControl",
    "PlaceboTest",
    "StandardError",
    "Robust",
    "ConditionalCorrection",
    "TrimAndFill",
    "Procedure",
    "GroupTimeEffects",
    "RobustInterval",
    "Verdict",
}


def names_of(annotation):
    """Names that an argument may have; none if it is no name."""
    annotation = getattr(annotation, "__value__", annotation)
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
    return tuple(name for part in parts for name in names_of(part))


def public(module):
    """Functions, classes and methods of classes that a module defines."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", "") != module.__name__ or name in RESULTS:
            continue
        if inspect.isfunction(value) or (inspect.isclass(value) and not issubclass(value, Exception)):
            yield value
        if inspect.isclass(value):
            yield from (
                getattr(value, inner)
                for inner, method in vars(value).items()
                if not inner.startswith("_") and isinstance(method, (classmethod, staticmethod, type(names_of)))
            )


CHOICES = [
    pytest.param(call, argument, id=f"{call.__module__.removeprefix(methods.__name__)}.{call.__qualname__}-{argument}")
    for module in pkgutil.walk_packages(methods.__path__, f"{methods.__name__}.")
    for call in public(importlib.import_module(module.name))
    for argument, parameter in inspect.signature(call).parameters.items()
    if names_of(parameter.annotation)
]  # fmt: skip


@pytest.mark.parametrize("unknown", ["reml", "Trend"])
@pytest.mark.parametrize(("call", "argument"), CHOICES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_unknown_name_is_refused_with_the_names_that_are_allowed(call, argument, unknown):
    names = names_of(inspect.signature(call).parameters[argument].annotation)
    with pytest.raises(ValueError, match=unknown) as refusal:
        call(**{**ARGUMENTS[call], argument: unknown})
    assert all(name in str(refusal.value) for name in names), refusal.value
