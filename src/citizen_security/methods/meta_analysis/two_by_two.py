"""Trials with two groups and an event: log ratios of each, and pooled ratios that need none (Mantel–Haenszel, Peto)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, norm

from .. import require
from ..arrays import Floats

type Measure = Literal["log_odds_ratio", "log_risk_ratio"]
type Correction = Literal["tables_with_a_zero", "all_tables", "opposite_arm", "none"]

# Persons of a cell where it is not empty: a part of one where counts are weighted, and no more than can be counted.
FEWEST, MOST = 1e-6, 1e15


@dataclass(frozen=True, eq=False)
class Tables:
    """2×2 tables, one for each trial; shape (k,) each.

    Attributes
    ----------
    treated, treated_others : numpy.ndarray
        Treated persons with and without the event.
    control, control_others : numpy.ndarray
        Controls with and without the event.
    """

    treated: Floats
    treated_others: Floats
    control: Floats
    control_others: Floats

    @property
    def treated_all(self) -> Floats:
        """Treated persons."""
        return self.treated + self.treated_others

    @property
    def control_all(self) -> Floats:
        """Controls."""
        return self.control + self.control_others

    @property
    def total(self) -> Floats:
        """All persons."""
        return self.treated_all + self.control_all

    @property
    def cells(self) -> Floats:
        """The four counts, shape (k, 4)."""
        return np.stack([self.treated, self.treated_others, self.control, self.control_others], axis=1)


@dataclass(frozen=True)
class CommonEffect:
    """A log ratio that the trials are taken to share.

    Attributes
    ----------
    effect, standard_error, lower, upper, p_value : float
        Of the log ratio, with a normal test and interval at `confidence_level`.
    q, q_degrees_of_freedom, q_p_value : float
        Test that the trials do share it, over those that inform it.
    k : int
        Trials that inform it: those with an event, and for odds a person without one. A trial in which everybody has
        the event says that the risks are alike, and nothing of the odds.
    confidence_level : float
    """

    effect: float
    standard_error: float
    lower: float
    upper: float
    p_value: float
    q: float
    q_degrees_of_freedom: float
    q_p_value: float
    k: int
    confidence_level: float


def tables(
    treated: npt.ArrayLike, treated_others: npt.ArrayLike, control: npt.ArrayLike, control_others: npt.ArrayLike
) -> Tables:
    """2×2 tables from counts of persons.

    Raises
    ------
    ValueError
        If lengths differ, a count is negative, missing or of no number of persons, or an arm is empty.
    """
    given = {
        "treated": treated, "treated_others": treated_others, "control": control, "control_others": control_others
    }  # fmt: skip
    cells = [np.atleast_1d(np.asarray(require.unmasked(name, cell), float)) for name, cell in given.items()]
    if len({cell.shape for cell in cells}) != 1 or cells[0].ndim != 1:
        raise ValueError(f"counts of shapes {[cell.shape for cell in cells]}; give one of each for each trial.")
    counts = Tables(*cells)
    if (wrong := ~(np.isfinite(counts.cells) & (counts.cells >= 0)).all(axis=1)).any():
        raise ValueError(f"a count is negative, missing or infinite ({require.which(wrong)}); counts are of persons.")
    some = counts.cells[counts.cells > 0]
    if ((some < FEWEST) | (some > MOST)).any():
        raise ValueError(
            f"counts from {some.min():g} to {some.max():g}. Allowed: zero, and from {FEWEST:g} to {MOST:g} persons."
        )
    if (empty := ~(np.minimum(counts.treated_all, counts.control_all) >= 1)).any():
        raise ValueError(
            f"a trial has an arm without persons, or with less than one ({require.which(empty)}); drop it."
        )
    return counts


def corrected(given: Tables, correction: Correction = "tables_with_a_zero", amount: float = 0.5) -> Tables:
    """Tables with a continuity correction, for ratios that a zero would make infinite.

    Parameters
    ----------
    given : Tables
    correction : str
        `tables_with_a_zero` or `all_tables` (if any has a zero) get `amount` in each cell; `opposite_arm` gives tables
        with a zero, arm by arm, a share of 2 × `amount` in inverse proportion to the other arm's size; `none`.
    amount : float
        From zero.

    Raises
    ------
    ValueError
        If the amount is missing or negative.

    References
    ----------
    Sweeting, Sutton and Lambert (2004), Statistics in Medicine 23(9).
    """
    require.one_of("correction", correction, Correction)
    require.not_negative("amount", amount)
    zero = (given.cells == 0).any(axis=1)
    if correction == "none" or not zero.any():
        return given
    if correction == "opposite_arm":
        treated = np.where(zero, 2 * amount * given.treated_all / given.total, 0.0)
        control = np.where(zero, 2 * amount * given.control_all / given.total, 0.0)
    else:
        treated = control = np.where(zero | (correction == "all_tables"), amount, 0.0)
    return Tables(
        given.treated + treated, given.treated_others + treated, given.control + control, given.control_others + control
    )


def log_ratios(
    given: Tables,
    measure: Measure = "log_odds_ratio",
    correction: Correction = "tables_with_a_zero",
    amount: float = 0.5,
) -> tuple[Floats, Floats]:
    """Log ratio of each table and its sampling variance.

    Parameters
    ----------
    given : Tables
    measure, correction : str
    amount : float
        Of the correction.

    Returns
    -------
    tuple of numpy.ndarray, shape (k,) each
        `nan` for a table without events, or for odds with nothing but events, in both arms: it says nothing of the
        ratio. Infinite or `nan` where a zero is left uncorrected.
    """
    require.one_of("measure", measure, Measure)
    used = corrected(given, correction, amount)
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "log_odds_ratio":
            effect = np.log(used.treated * used.control_others) - np.log(used.treated_others * used.control)
            variance = (1 / used.cells).sum(axis=1)
        else:
            effect = np.log(used.treated / used.treated_all) - np.log(used.control / used.control_all)
            # 1/a − 1/n of each arm, without the difference of nearly equal numbers.
            variance = used.treated_others / (used.treated * used.treated_all)
            variance = variance + used.control_others / (used.control * used.control_all)
    silent = ~_informative(given, measure)
    return np.where(silent, np.nan, effect), np.where(silent, np.nan, variance)


def mantel_haenszel(given: Tables, measure: Measure = "log_odds_ratio", confidence_level: float = 0.95) -> CommonEffect:
    """Mantel–Haenszel odds or risk ratio, on the log scale; zero cells need no correction.

    Parameters
    ----------
    given : Tables
    measure : str
    confidence_level : float

    Returns
    -------
    CommonEffect

    Raises
    ------
    ValueError
        If no trial has events in both arms taken together on both sides of the ratio, so that it is zero or infinite;
        for risks also if everybody has the event in every trial, which leaves no error; or if the measure is none.

    References
    ----------
    Robins, Breslow and Greenland (1986), Biometrics 42(2), for the odds ratio; Greenland and Robins (1985), Biometrics
    41(1), for the risk ratio.
    """
    require.one_of("measure", measure, Measure)
    if measure == "log_odds_ratio":
        effect, variance = _mantel_haenszel_odds(given)
    else:
        effect, variance = _mantel_haenszel_risk(given)
    informative = int(_informative(given, measure).sum())
    return _common(informative, effect, variance, log_ratios(given, measure), confidence_level)


def peto(given: Tables, confidence_level: float = 0.95) -> CommonEffect:
    """Peto's log odds ratio: observed less expected events over their hypergeometric variance.

    Good where events are rare, arms alike in size and effects small; biased otherwise.

    Parameters
    ----------
    given : Tables
    confidence_level : float

    Raises
    ------
    ValueError
        If no trial has both events and persons without one.

    References
    ----------
    Yusuf, Peto, Lewis, Collins and Sleight (1985), Progress in Cardiovascular Diseases 27(5).
    """
    used = _kept(given, _informative(given, "log_odds_ratio"))
    events, total = used.treated + used.control, used.total
    excess = used.treated - events * used.treated_all / total
    variance = events * (total - events) * used.treated_all * used.control_all / (total**2 * (total - 1))
    if not variance.sum() > 0:
        raise ValueError("no trial has both events and persons without one, so there is nothing to compare.")
    single = (excess / variance, 1 / variance)
    return _common(len(used.treated), excess.sum() / variance.sum(), 1 / variance.sum(), single, confidence_level)


def _mantel_haenszel_odds(given: Tables) -> tuple[float, float]:
    total = given.total
    above, below = given.treated * given.control_others / total, given.treated_others * given.control / total
    same, other = (given.treated + given.control_others) / total, (given.treated_others + given.control) / total
    _refuse_one_sided(given, above.sum(), below.sum(), "log_odds_ratio")
    variance = (
        (same * above).sum() / above.sum() ** 2
        + (same * below + other * above).sum() / (above.sum() * below.sum())
        + (other * below).sum() / below.sum() ** 2
    ) / 2
    return float(np.log(above.sum() / below.sum())), float(variance)


def _mantel_haenszel_risk(given: Tables) -> tuple[float, float]:
    total = given.total
    above, below = given.treated * given.control_all / total, given.control * given.treated_all / total
    _refuse_one_sided(given, above.sum(), below.sum(), "log_risk_ratio")
    # Of all who could have been chosen less those with events in both arms, without their difference.
    spread = (
        given.treated_all * given.treated * given.control_others
        + given.control_all * given.control * given.treated_others
    ) / total**2
    if not spread.sum() > 0:
        raise ValueError("everybody has the event in every trial: the risks are alike, and the ratio has no error.")
    return float(np.log(above.sum() / below.sum())), float(spread.sum() / (above.sum() * below.sum()))


def _refuse_one_sided(given: Tables, above: float, below: float, measure: Measure) -> None:
    """Refuse trials that leave the ratio zero or infinite, or say nothing of it, and say which it is."""
    if above > 0 and below > 0:
        return
    if not len(given.total):
        raise ValueError("0 trials. Allowed: at least 1.")
    if not (given.treated + given.control).any():
        raise ValueError("no trial has an event, so there is nothing to compare.")
    if not (given.treated_others + given.control_others).any():
        raise ValueError("everybody has the event in every trial, which says nothing of the odds.")
    if not (above > 0 or below > 0):
        raise ValueError(
            "no trial has both events and persons without one to compare between its arms, so it says nothing of the "
            "odds; take the risk ratio, or drop such trials."
        )
    missing, ratio = ("control", "infinite") if above > 0 else ("treated", "zero")
    other = "treated" if above > 0 else "control"
    beside = f" beside a person without one in the {other} arm" if measure == "log_odds_ratio" else ""
    raise ValueError(f"no trial has an event in the {missing} arm{beside}, so the pooled ratio is {ratio}.")


def _common(
    informative: int, effect: float, variance: float, single: tuple[Floats, Floats], confidence_level: float
) -> CommonEffect:
    """Test and interval of a common effect, and Q of the single trials about it."""
    require.level("confidence_level", confidence_level)
    error = float(np.sqrt(variance))
    half = float(norm.isf((1 - confidence_level) / 2)) * error
    effects, variances = single
    estimable = np.isfinite(effects) & np.isfinite(variances)
    q = float((((effects - effect) ** 2 / variances)[estimable]).sum())
    degrees = max(float(estimable.sum() - 1), 0.0)
    return CommonEffect(
        effect=float(effect),
        standard_error=error,
        lower=float(effect - half),
        upper=float(effect + half),
        p_value=float(2 * norm.sf(abs(effect) / error)),
        q=q,
        q_degrees_of_freedom=degrees,
        q_p_value=float(chi2.sf(q, degrees)) if degrees > 0 else 1.0,
        k=informative,
        confidence_level=confidence_level,
    )


def _informative(given: Tables, measure: Measure) -> npt.NDArray[np.bool]:
    """Tables with an event, and for odds a person without it: the others add nothing to either side of the ratio."""
    events = given.treated + given.control > 0
    return np.asarray(
        events & (given.treated_others + given.control_others > 0) if measure == "log_odds_ratio" else events
    )


def _kept(given: Tables, kept: npt.NDArray[np.bool]) -> Tables:
    return Tables(given.treated[kept], given.treated_others[kept], given.control[kept], given.control_others[kept])
