"""Simulated sets like the one examined, in worlds whose truth is known, and how each method errs in each."""

import math

import numpy as np
import pandas as pd

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.meta_analysis.pooling import Pooled
from citizen_security.methods.publication_bias.funnel_simulation import Truth, compare_methods, worlds_at

# Probability that a result that is not significant is reported, in the world with selection.
REPORTED = 0.2

# Change of the effect for each unit of the standard error, in the world where small studies differ.
SLOPE = -1.0


def truth_like(pooled: Pooled) -> Truth:
    """A truth with half of the effect that was estimated, less crime, and the same variance between studies.

    Parameters
    ----------
    pooled : Pooled

    Returns
    -------
    Truth
    """
    return Truth(-abs(pooled.effect) / 2, math.sqrt(pooled.tau_squared))


def compare_worlds(sample: Sample, truth: Truth, parameters: PublicationBias) -> pd.DataFrame:
    """What each method makes of sets with the standard errors of the real one, in each of three worlds.

    Parameters
    ----------
    sample : Sample
    truth : Truth
    parameters : PublicationBias

    Returns
    -------
    pandas.DataFrame
        As `compare_methods`.
    """
    return compare_methods(
        np.sqrt(sample.variance),
        worlds_at(truth, reported=REPORTED, slope=SLOPE),
        simulations=parameters.simulations_at_effort,
        seed=parameters.seed,
        confidence_level=parameters.confidence_level,
    )
