"""Effects that share a publication or a study: three levels, cluster-robust errors, and what ignoring it gives."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.methods.meta_analysis.cluster_robust import Coefficients, cluster_robust
from citizen_security.methods.meta_analysis.multilevel import ThreeLevel, three_level
from citizen_security.methods.meta_analysis.pooling import Pooled, pool


@dataclass(frozen=True, eq=False)
class Dependent:
    """Effects that share a publication or a study.

    Attributes
    ----------
    nested : ThreeLevel
    robust : Coefficients
        CR2 errors with the covariance of `nested` as the working one.
    naive : Pooled
        As if every effect were a study of its own.
    """

    nested: ThreeLevel
    robust: Coefficients
    naive: Pooled


def dependent_effects(effects: pd.DataFrame, key: str, confidence_level: float) -> Dependent:
    """Three levels, cluster-robust errors, and what ignoring the dependence gives.

    Parameters
    ----------
    effects : pandas.DataFrame
        effect, standard_error, and the key of the study or publication.
    key : str
    confidence_level : float

    Returns
    -------
    Dependent

    Raises
    ------
    NotEnoughStudies
        If no two effects share a key, or all do.
    """
    values = effects["effect"].to_numpy(dtype=np.float64)
    variances = effects["standard_error"].to_numpy(dtype=np.float64) ** 2
    keys = effects[key].to_numpy()
    nested = three_level(values, variances, keys, confidence_level=confidence_level)
    robust = cluster_robust(values, keys, nested.working_covariance, confidence_level=confidence_level)
    return Dependent(nested, robust, pool(values, variances, confidence_level=confidence_level))


def dependence_table(effects: Dependent) -> pd.DataFrame:
    """The mean effect by the three ways: `method`, `effect`, `lower`, `upper`, `degrees_of_freedom`."""
    naive, nested, robust = effects.naive, effects.nested.fixed, effects.robust
    rows = [
        ("each effect a study", naive.effect, *naive.interval, naive.degrees_of_freedom),
        ("three levels", *_only(nested)),
        ("three levels, CR2 errors", *_only(robust)),
    ]
    return pd.DataFrame(rows, columns=["method", "effect", "lower", "upper", "degrees_of_freedom"])


def homicide_in_the_region(harmonised: pd.DataFrame) -> pd.DataFrame:
    """Log ratios of homicide from Latin America and the Caribbean, of whatever intervention.

    Parameters
    ----------
    harmonised : pandas.DataFrame
        From `harmonised_effects`.

    Returns
    -------
    pandas.DataFrame
    """
    is_homicide = (harmonised["outcome"] == "homicide") & (harmonised["scale"] == "log_ratio")
    return harmonised[harmonised["is_lac"] & is_homicide]


def tables_of_sets(results: Mapping[str, Dependent | str]) -> pd.DataFrame:
    """`dependence_table` of several sets of effects, below each other.

    Parameters
    ----------
    results : mapping of str to Dependent or str
        By the name of the set; a reason where nothing could be fitted.

    Returns
    -------
    pandas.DataFrame
        `set` (with its effects and studies, or the reason), then the columns of `dependence_table`.
    """
    frames = []
    for name, result in results.items():
        if isinstance(result, str):
            frames.append(pd.DataFrame({"set": [f"{name}: {result}"]}))
            continue
        table = dependence_table(result)
        table.insert(0, "set", f"{name}: {result.nested.k} effects of {result.nested.studies}")
        frames.append(table)
    return pd.concat(frames, ignore_index=True)


def _only(fixed: Coefficients) -> tuple[float, float, float, float]:
    parts = (fixed.coefficients, fixed.lower, fixed.upper, fixed.degrees_of_freedom)
    first, lower, upper, degrees = (float(part[0]) for part in parts)
    return first, lower, upper, degrees
