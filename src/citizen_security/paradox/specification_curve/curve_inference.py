"""What a specification curve says as a whole: how much of it to compute, which choices move it, what to record."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES, MINIMUM_RESIDUAL_DEGREES
from citizen_security.paradox.specification_curve.fast_fits import Curve
from citizen_security.paradox.specification_curve.joint_test import NotTestable, PermutationTest, exchangeable_countries
from citizen_security.paradox.specification_curve.multiverse import (
    SUBSETS,
    Grid,
    Multiverse,
    NoSpecification,
    build_multiverse,
    control_names,
    prepare_grid,
)
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

# Fewer specifications are a table, not a curve.
MINIMUM_SPECIFICATIONS = 40

# At quick effort, so that a test or a class sees the same steps in seconds.
QUICK_SPECIFICATIONS, QUICK_PERMUTATIONS, QUICK_PERMUTED = 2_000, 19, 200

# Specifications drawn from each country-year sample of a thinned multiverse: they share its fixed effects.
DRAWN_A_SAMPLE = 8

CHOICE_COLUMNS = (
    "outcome",
    "release",
    "poverty_line",
    "poverty_series",
    "inequality_series",
    "youth_unemployment_series",
    "growth_series",
    "estimator",
    "year_effects",
    "lag",
    "period",
    "sample",
    "weights",
)


@dataclass(frozen=True)
class Effort:
    """How much is computed: specifications at most, permutations, and specifications of the joint test at most."""

    specifications: int
    permutations: int
    permuted: int


def effort_of(parameters: SpecificationCurve) -> Effort:
    """How much to compute for some parameters: at full effort the whole curve."""
    asked = Effort(sys.maxsize, parameters.permutations, parameters.permuted_specifications)
    if parameters.effort == "full":
        return asked
    return Effort(
        QUICK_SPECIFICATIONS, min(QUICK_PERMUTATIONS, asked.permutations), min(QUICK_PERMUTED, asked.permuted)
    )


def thin_multiverse(multiverse: Multiverse, specifications: int, seed: int) -> Multiverse:
    """About so many specifications, drawn at random in two stages.

    Samples of country-years are drawn systematically, in proportion to their specifications, and as many
    specifications (about `DRAWN_A_SAMPLE`) of each, so that each is about as likely as any other to be kept.

    Parameters
    ----------
    multiverse : Multiverse
    specifications : int
        About how many to keep; the multiverse itself where it has no more.
    seed : int

    Returns
    -------
    Multiverse
    """
    table = multiverse.specifications
    if len(table) <= specifications:
        return multiverse
    generator = np.random.default_rng(seed)
    sizes = table["sample_id"].value_counts(sort=False).sort_index()
    wanted = min(-(-specifications // DRAWN_A_SAMPLE), len(sizes))
    # At equal steps through the specifications in their order, so that no option is missed by bad luck.
    steps = (np.arange(wanted) + generator.random()) / wanted * sizes.sum()
    drawn = sizes.index[np.searchsorted(sizes.cumsum().to_numpy(), steps, side="right")]
    rows = table.index[table["sample_id"].isin(drawn)].to_numpy()
    shuffled = pd.Series(generator.permutation(rows))
    rank = shuffled.groupby(table["sample_id"].loc[shuffled].to_numpy()).cumcount()
    kept = np.sort(shuffled[rank < -(-specifications // len(set(drawn)))].to_numpy())
    return replace(multiverse, specifications=table.loc[kept].reset_index(drop=True))


def choice_importance(estimates: pd.DataFrame) -> pd.DataFrame:
    """How much of the variance of the effects each choice accounts for.

    The effects are regressed on the options of every choice, each control a choice of its own; a choice's share is
    what R² loses without it. What is left over is what choices do together. The shares describe this curve: they
    have no sampling error of their own, and would differ with other options.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Choices and effect.

    Returns
    -------
    pandas.DataFrame
        choice, share_of_variance (of the effects' variance), widest (option with the highest adjusted mean effect less
        the lowest, standardized); largest share first; the last row is `choices together`.
    """
    effect = estimates["effect"].to_numpy()
    factors = {name: values for name, values in _factors(estimates) if values.nunique() > 1}
    dummies = {name: pd.get_dummies(values, drop_first=True, dtype=float) for name, values in factors.items()}
    total = float(((effect - effect.mean()) ** 2).sum())
    if not dummies or total == 0:
        return pd.DataFrame({"choice": ["choices together"], "share_of_variance": [1.0], "widest": [0.0]})
    complete, slopes = _explained(list(dummies.values()), effect)
    rows, start = [], 0
    for name, own in dummies.items():
        others = [columns for other, columns in dummies.items() if other != name]
        adjusted = np.append(slopes[start : start + own.shape[1]], 0.0)
        start += own.shape[1]
        rows.append((name, max(complete - _explained(others, effect)[0], 0.0), float(np.ptp(adjusted))))
    table = pd.DataFrame(rows, columns=["choice", "share_of_variance", "widest"])
    table = table.sort_values("share_of_variance", ascending=False, kind="stable", ignore_index=True)
    together = {"choice": ["choices together"], "share_of_variance": [max(1 - complete, 0.0)], "widest": [0.0]}
    return pd.concat([table, pd.DataFrame(together)], ignore_index=True)


def one_change_away(estimates: pd.DataFrame) -> pd.DataFrame:
    """The main specification and every one that differs from it in a single choice.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Of a curve.

    Returns
    -------
    pandas.DataFrame
        changed (`main`, or choice=option), effect, effect_lower, effect_upper, estimate, lower, upper, observations,
        countries; empty where the main specification is not in the curve.
    """
    columns = ["effect", "effect_lower", "effect_upper", "estimate", "lower", "upper", "observations", "countries"]
    if not estimates["main"].any():
        return pd.DataFrame(columns=["changed", *columns])
    main = estimates[estimates["main"]].iloc[0]
    choices = [name for name in CHOICE_COLUMNS if name in estimates]
    differs = pd.DataFrame({name: estimates[name] != main[name] for name in choices})
    added = (estimates[SUBSETS] != main[SUBSETS]) & ~estimates[SUBSETS].str.contains("+", regex=False)
    same_controls = estimates[SUBSETS] == main[SUBSETS]
    one = (differs.sum(axis=1) == 1) & same_controls | (differs.sum(axis=1) == 0) & (added | same_controls)
    rows = estimates[one]
    names = [_changed(row, main, choices) for _, row in rows.iterrows()]
    changes: pd.DataFrame = rows[columns].assign(changed=names)[["changed", *columns]].reset_index(drop=True)
    return changes


def headline_values(
    curve: Curve, test: PermutationTest, interval: tuple[float, float], multiplier_p: float
) -> Iterator[dict[str, Any]]:
    """What the notebook records of a curve.

    Parameters
    ----------
    curve : Curve
    test : PermutationTest
    interval : tuple of float
        From `median_interval`.
    multiplier_p : float
        From `multiplier_test`.

    Yields
    ------
    dict
        Keyword arguments of `citizen_security.values.record`.
    """
    estimates, level = curve.estimates, f"{100 * curve.confidence_level:g}%"
    significant = estimates["p_value"] < 1 - curve.confidence_level
    positive = estimates["effect"] > 0
    count = len(estimates)
    per = "standard deviations of homicide per standard deviation of the driver, within countries"
    yield {"name": "specification_count", "value": count, "unit": "specifications", "format": ",", "label": "Curve"}
    yield {
        "name": "median_effect",
        "value": float(estimates["effect"].median()),
        "unit": per,
        "interval": interval,
        "n": count,
        "format": ".3f",
        "label": f"Median effect; {level} interval over countries (multiplier bootstrap); n counts specifications",
    }
    shares = {
        "share_positive": (positive, "above zero"),
        "share_significant": (significant, f"whose {level} interval leaves out zero"),
        "share_significant_positive": (significant & positive, f"whose {level} interval lies above zero"),
        "share_significant_negative": (significant & ~positive, f"whose {level} interval lies below zero"),
    }
    for name, (chosen, words) in shares.items():
        label = f"Specifications {words}; they share data, so no interval"
        yield {"name": name, "value": 100 * float(chosen.mean()), "unit": "% of specifications", "n": count,
               "format": ".1f", "label": label}  # fmt: skip
    yield from _test_values(test)
    label = "Median as far from zero if all coefficients were zero: countries' errors redrawn on the whole curve"
    yield {"name": "multiplier_p", "value": multiplier_p, "unit": "probability", "n": count, "format": ".3f",
           "label": label}  # fmt: skip
    yield from _spread_values(estimates)


def curve_problems(
    country_year: pd.DataFrame, choices: pd.DataFrame, countries: list[str], parameters: SpecificationCurve
) -> list[str]:
    """Reasons why parameters leave no curve, as sentences; empty where they leave one.

    Parameters
    ----------
    country_year, choices : pandas.DataFrame
        The tables `country_year` and `specification_choices`.
    countries : list of str
    parameters : SpecificationCurve

    Returns
    -------
    list of str
    """
    if len(countries) < MINIMUM_COUNTRIES:
        return [
            f"countries names {len(countries)} ({', '.join(countries) or 'none'}), too few to say how uncertain an "
            f"effect is: errors clustered by country need {MINIMUM_COUNTRIES}. Allowed: lac, or a longer list."
        ]
    grid = prepare_grid(country_year, countries)
    try:
        multiverse = build_multiverse(grid, choices, parameters.driver, parameters.leave_out)
        exchangeable_countries(grid, multiverse)
    except (NoSpecification, NotTestable) as error:
        return [str(error)]
    carried = _carried(grid, multiverse)
    if carried < MINIMUM_SPECIFICATIONS:
        return [
            f"only {carried} specifications of {parameters.driver} have {MINIMUM_COUNTRIES} countries and "
            f"{MINIMUM_RESIDUAL_DEGREES} degrees of freedom; a curve needs {MINIMUM_SPECIFICATIONS}. Add countries, or "
            "leave out fewer options."
        ]
    return []


def _carried(grid: Grid, multiverse: Multiverse) -> int:
    """Specifications whose sample carries them whatever is held constant."""
    cells = multiverse.masks.reshape(-1, *grid.shape)
    countries, years = cells.any(axis=2).sum(axis=1), cells.any(axis=1).sum(axis=1)
    spent = countries + years + 1 + len(multiverse.fields)
    carry = (countries >= MINIMUM_COUNTRIES) & (cells.sum(axis=(1, 2)) - spent >= MINIMUM_RESIDUAL_DEGREES)
    return int(carry[multiverse.specifications["sample_id"]].sum())


def _test_values(test: PermutationTest) -> Iterator[dict[str, Any]]:
    names = {
        "median_effect": "permutation_p",
        "share_significant": "permutation_p_significant",
        "mean_t": "permutation_p_t",
    }
    row: Any
    for row in test.p_values.itertuples(index=False):
        yield {
            "name": names[str(row.statistic)],
            "value": float(row.p_value),
            "unit": "probability",
            "interval": (float(row.lower), float(row.upper)),
            "n": len(test.permuted),
            "format": ".3f",
            "label": f"Joint test by {row.statistic}, paths exchanged between countries; 95% limits for the number of "
            "permutations, which n counts",
        }
    low, middle, high = (100 * test.permuted["share_positive"].quantile(level) for level in (0.025, 0.5, 0.975))
    yield {"name": "share_positive_permuted", "value": float(middle), "interval": (float(low), float(high)),
           "unit": "% of specifications", "n": len(test.permuted), "format": ".0f",
           "label": "Share above zero with exchanged paths: median and central 95% of the permutations"}  # fmt: skip
    yield {"name": "permuted_specification_count", "value": test.specifications, "unit": "specifications",
           "format": ",", "label": "Specifications of the curve that was permuted"}  # fmt: skip


def _spread_values(estimates: pd.DataFrame) -> Iterator[dict[str, Any]]:
    low, high = estimates["effect"].quantile([0.05, 0.95])
    yield {"name": "effect_spread", "value": float(high - low), "format": ".2f", "n": len(estimates),
           "unit": "standard deviations", "label": "From the 5th to the 95th percentile of the effects"}  # fmt: skip
    for name in ("observations", "countries"):
        for word, value in (("least", estimates[name].min()), ("most", estimates[name].max())):
            unit = "country-years" if name == "observations" else "countries"
            label = f"{word} {unit} of a specification"
            yield {"name": f"{name}_{word}", "value": int(value), "unit": unit, "format": ",", "label": label}


def _factors(estimates: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for name in CHOICE_COLUMNS:
        if name in estimates:
            yield name, estimates[name]
    present = estimates[SUBSETS].map(control_names)
    for name in sorted({name for subset in present for name in subset}):
        yield f"control: {name}", present.map(lambda subset, name=name: str(name in subset))


def _explained(dummies: list[pd.DataFrame], effect: "Floats") -> "tuple[float, Floats]":
    """R² of the effects on dummies, and their slopes."""
    if not dummies:
        return 0.0, np.zeros(0)
    columns = np.hstack([own.to_numpy() for own in dummies])
    columns = columns - columns.mean(axis=0)
    centred = effect - effect.mean()
    slopes, *_ = np.linalg.lstsq(columns.T @ columns, columns.T @ centred, rcond=None)
    return float(1 - ((centred - columns @ slopes) ** 2).sum() / (centred**2).sum()), slopes


def _changed(row: "pd.Series[Any]", main: "pd.Series[Any]", choices: list[str]) -> str:
    changes = [f"{name}={row[name]}" for name in choices if row[name] != main[name]]
    if row[SUBSETS] != main[SUBSETS]:
        changes.append(f"{SUBSETS}={row[SUBSETS]}")
    return changes[0] if changes else "main"
