"""Published data sets, and random ones, for tests of the meta-analysis."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from citizen_security.methods.meta_analysis.two_by_two import Tables, log_ratios, tables

REFERENCE = Path(__file__).parent / "reference"


@cache
def bcg_trials() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "bcg_trials.csv")


@cache
def bcg_tables() -> Tables:
    trials = bcg_trials()
    return tables(
        *(trials[name] for name in ("treated_cases", "treated_noncases", "control_cases", "control_noncases"))
    )


@cache
def bcg() -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratios and variances."""
    return log_ratios(bcg_tables(), "log_risk_ratio")


@cache
def teachers() -> tuple[np.ndarray, np.ndarray]:
    studies = pd.read_csv(REFERENCE / "teacher_expectancy_studies.csv")
    return studies["effect"].to_numpy(), studies["variance"].to_numpy()


@cache
def schools() -> tuple[np.ndarray, np.ndarray]:
    printed = pd.read_csv(REFERENCE / "rubin1981_schools.csv")
    return printed["effect"].to_numpy(), printed["standard_error"].to_numpy() ** 2


def drawn(studies: int, seed: int, tau: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Effects about −0.2 with sampling variances between 0.01 and 0.1."""
    generator = np.random.default_rng(seed)
    variance = generator.uniform(0.01, 0.1, studies)
    return generator.normal(-0.2, np.sqrt(tau**2 + variance)), variance


@cache
def recidivism() -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Standardised mean differences, variances and studies, with the columns of moderators."""
    effects = pd.read_csv(REFERENCE / "recidivism_effects.csv")
    kinds = {name: (effects["delinquency"] == name).to_numpy(float) for name in ("hidden", "overt")}
    effect, variance, study, year = (effects[name].to_numpy() for name in ("effect", "variance", "study", "year"))
    return effect, variance, study, {"year": year, **kinds}


@cache
def coaching() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Standardised mean differences, variances, studies, and a column for each test, mathematics first."""
    effects = pd.read_csv(REFERENCE / "coaching_effects.csv")
    tests = np.column_stack([effects["test"] == name for name in ("mathematics", "verbal")]).astype(float)
    return *(effects[name].to_numpy() for name in ("effect", "variance", "study")), tests


def nested(
    studies: int = 15, seed: int = 1, between: float = 0.2, within: float = 0.1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects of studies that have one to five each."""
    generator = np.random.default_rng(seed)
    study = np.repeat(np.arange(studies), generator.integers(1, 6, studies))
    variance = generator.uniform(0.02, 0.1, len(study))
    effect = (
        -0.3
        + generator.normal(0, np.sqrt(between), studies)[study]
        + generator.normal(0, np.sqrt(within + variance), len(study))
    )
    return effect, variance, study
