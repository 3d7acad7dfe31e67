"""How far figures move by sampling alone, and how far two surveys of the same countries lie apart."""

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.methods.arrays import Floats
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing


def sampling_variance(percent: pd.Series, parameters: TrustAndCommunityPolicing) -> Floats:
    """Variance of a percentage of people asked, in squared points.

    Parameters
    ----------
    percent : pandas.Series
    parameters : TrustAndCommunityPolicing
        `respondents` and `design_effect`: answers are binomial, and clusters of the sample make their variance larger.

    Returns
    -------
    numpy.ndarray
    """
    share = percent.to_numpy(float) / 100
    variance: Floats = 100**2 * parameters.design_effect * share * (1 - share) / parameters.respondents
    return variance


def quantile(parameters: TrustAndCommunityPolicing) -> float:
    """Standard errors from the middle of an interval to its ends."""
    return float(stats.norm.isf((1 - parameters.confidence_level) / 2))


def figures_with_limits(rows: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> pd.DataFrame:
    """Trust by country and wave, with what sampling alone allows.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `waves.waves`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    pandas.DataFrame
        iso3, year, trust, lower, upper (percent).
    """
    known = rows[rows[parameters.institution].notna()]
    trust = known[parameters.institution]
    half = quantile(parameters) * np.sqrt(sampling_variance(trust, parameters))
    return pd.DataFrame(
        {"iso3": known["iso3"], "year": known["year"], "trust": trust, "lower": trust - half, "upper": trust + half}
    ).reset_index(drop=True)


def changes_between_waves(rows: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> pd.DataFrame:
    """Changes from a wave to the next, and the largest that sampling alone gives at the level.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `waves.waves`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    pandas.DataFrame
        iso3, year, before, trust (percent), change, limit (points), beyond, sampling_variance.
    """
    trust = rows[parameters.institution]
    before = trust.groupby(rows["iso3"]).shift(1)
    both = trust.notna() & before.notna()
    now, then = trust[both], before[both]
    variance = sampling_variance(now, parameters) + sampling_variance(then, parameters)
    change = now - then
    limit = quantile(parameters) * np.sqrt(variance)
    return pd.DataFrame(
        {"iso3": rows.loc[both, "iso3"], "year": rows.loc[both, "year"], "before": then, "trust": now,
         "change": change, "limit": limit, "beyond": change.abs() > limit, "sampling_variance": variance}
    ).reset_index(drop=True)  # fmt: skip


def sampling_summary(
    figures: pd.DataFrame, changes: pd.DataFrame, parameters: TrustAndCommunityPolicing
) -> dict[str, float]:
    """What sampling alone gives, beside what is seen.

    Parameters
    ----------
    figures : pandas.DataFrame
        From `figures_with_limits`.
    changes : pandas.DataFrame
        From `changes_between_waves`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    dict of str to float
        half_width (points, of the middle country and wave), spread (standard deviation of changes), sampling_spread
        (that by sampling alone), beyond, changes (how many), expected (how many beyond by sampling alone).
    """
    return {
        "half_width": float((figures["upper"] - figures["trust"]).median()),
        "spread": float(changes["change"].std()),
        "sampling_spread": float(np.sqrt(changes["sampling_variance"].mean())),
        "beyond": float(changes["beyond"].sum()),
        "changes": float(len(changes)),
        "expected": parameters.significance * len(changes),
    }


def two_surveys(table: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> pd.DataFrame:
    """Countries that both surveys asked in a year.

    Parameters
    ----------
    table : pandas.DataFrame
        `country_year`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    pandas.DataFrame
        iso3, year, latinobarometro, lapop (percent), difference (the second less the first), limit (points, by sampling
        alone), beyond.
    """
    both = table[
        table["trust_police"].notna() & table["trust_police_lapop"].notna() & ~table["iso3"].isin(parameters.left_out)
    ]
    if parameters.doubted == "left_out":
        both = both[both["trust_note"].isna()]
    first, second = both["trust_police"], both["trust_police_lapop"]
    limit = quantile(parameters) * np.sqrt(sampling_variance(first, parameters) + sampling_variance(second, parameters))
    difference = second - first
    return pd.DataFrame(
        {"iso3": both["iso3"], "year": both["year"], "latinobarometro": first, "lapop": second,
         "difference": difference, "limit": limit, "beyond": difference.abs() > limit}
    ).reset_index(drop=True)  # fmt: skip


def survey_agreement(pairs: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> dict[str, float]:
    """Correlation and difference of two surveys over countries.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `two_surveys`, four rows or more.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    dict of str to float
        correlation, lower, upper (by Fisher's transformation), difference, difference_lower, difference_upper (mean, by
        t), spread (standard deviation of differences), sampling_spread (by sampling alone), beyond, countries.
    """
    first, second = (pairs[name].to_numpy(float) for name in ("latinobarometro", "lapop"))
    number = len(pairs)
    found = float(np.corrcoef(first, second)[0, 1])
    half = quantile(parameters) / np.sqrt(number - 3)
    low, high = np.tanh(np.arctanh(found) + np.array([-half, half]))
    gaps = second - first
    error = gaps.std(ddof=1) / np.sqrt(number)
    reach = float(stats.t.isf((1 - parameters.confidence_level) / 2, number - 1) * error)
    variance = sampling_variance(pairs["latinobarometro"], parameters) + sampling_variance(pairs["lapop"], parameters)
    return {
        "correlation": found,
        "lower": float(low),
        "upper": float(high),
        "difference": float(gaps.mean()),
        "difference_lower": float(gaps.mean()) - reach,
        "difference_upper": float(gaps.mean()) + reach,
        "spread": float(gaps.std(ddof=1)),
        "sampling_spread": float(np.sqrt(variance.mean())),
        "beyond": float(pairs["beyond"].sum()),
        "countries": float(number),
    }
