"""What the tests of the literature's statements say, in sentences that follow the run."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from citizen_security import measures
from citizen_security.measures import spoken
from citizen_security.methods.regression.equivalence import (
    ABOVE,
    BELOW,
    EFFECT,
    NEGLIGIBLE,
    ONE_SIDED,
    SMALL_EFFECT,
    UNDECIDED,
)
from citizen_security.methods.regression.quoted import QUOTED, TRUSTED_DEGREES
from citizen_security.paradox.literature_statements.influence import (
    HEAVY,
    DriverInfluence,
    Interval,
    country_years,
)
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.values import Missing, Value
from citizen_security.words import (
    by_interval,
    counted,
    leaves_out_zero,
    listed,
    sentences,
    signed,
    with_interval,
)

# The verdict of the two one-sided tests as a clause, and what it makes of the sentence that poverty is no determinant.
VERDICTS = {
    NEGLIGIBLE: "the data say that the effect is too small to matter",
    SMALL_EFFECT: "the data say that there is an effect, and that it is too small to matter",
    EFFECT: "the data say that there is an effect, and it may be large enough to matter",
    UNDECIDED: "the data cannot tell no effect from one that would matter",
    ABOVE: "the data say that homicide rises with poverty, by more than the smallest effect that matters",
    BELOW: "the data say that homicide falls as poverty rises, by more than the smallest effect that matters",
    ONE_SIDED: "the data lean to an effect that matters, and do not reject, on both sides, that there is none",
}
# What has to be known of a further driver before its estimate is read; said only where it is in the run.
HOW_MEASURED = {
    "convictions_per_homicide": "impunity is measured as convictions per hundred victims in the year before: with the "
    "same year's homicides in the denominator, homicide would be on both sides of the equation and the coefficient "
    "negative by arithmetic",
}
WHAT_IT_MIXES = {
    "rule_of_law": "an index of the rule of law is partly experts' opinion of violence itself, so that its effect is "
    "in part homicide explained by homicide",
}
# What holding poverty constant does to the effect of inequality, by its size and sign.
NEARER = "inequality's effect comes nearer to zero"
FARTHER = "inequality's effect goes farther from zero"
TURNED = "inequality's effect changes its sign"
MOVED = (NEARER, FARTHER, TURNED)

NO_DETERMINANT = "the statement that poverty is no determinant"
OF_THE_STATEMENT = {
    NEGLIGIBLE: f"held against that bound, this panel carries {NO_DETERMINANT}",
    SMALL_EFFECT: f"this panel contradicts {NO_DETERMINANT}, and rejects every effect that would matter",
    EFFECT: f"this panel contradicts {NO_DETERMINANT}; whether the effect is large enough to matter it leaves open",
    UNDECIDED: f"this panel carries neither {NO_DETERMINANT} nor its opposite",
    ABOVE: f"this panel contradicts {NO_DETERMINANT}",
    BELOW: f"this panel contradicts {NO_DETERMINANT}, and also that poverty raises homicide",
    ONE_SIDED: f"this panel carries neither {NO_DETERMINANT} nor, quite, its opposite",
}


def poverty_as_determinant(tests: pd.DataFrame, parameters: LiteratureStatements) -> list[Value]:
    """What the equivalence test makes of the statement that poverty is no determinant.

    Parameters
    ----------
    tests : pandas.DataFrame
        From `equivalence_table`.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
        `poverty_equivalence_verdict` (a clause), `poverty_equivalence_test_reading` (the test that gave it, with its
        p-value, as a clause) and `poverty_determinant_sentence`.
    """
    test = tests[tests["method"] == QUOTED].iloc[0]
    verdict = str(test["verdict"])
    found, said = (words.get(verdict, f"the test cannot be had ({verdict})") for words in (VERDICTS, OF_THE_STATEMENT))
    return [
        Value(
            name="poverty_equivalence_verdict",
            value=found,
            label=f"Two one-sided tests of {spoken(parameters.poverty_measure)}, CR2 errors clustered by country",
        ),
        Value(
            name="poverty_equivalence_test_reading",
            value=behind_the_verdict(verdict, float(test["p_value"])),
            label="The test that gave the verdict, with its p-value",
        ),
        Value(
            name="poverty_determinant_sentence",
            value=sentences([said]),
            label="What the equivalence test makes of the statement that poverty is no determinant",
        ),
    ]


def behind_the_verdict(verdict: str, equivalence_p: float) -> str:
    """The test that gave a verdict of equivalence, with its p-value.

    Parameters
    ----------
    verdict : str
    equivalence_p : float
        The larger of the two one-sided p-values. A verdict beyond the bound comes from the opposite of that one-sided
        test, whose p-value by t is one minus it.

    Returns
    -------
    str
    """
    if verdict in (NEGLIGIBLE, SMALL_EFFECT):
        return f"two one-sided tests, {_p(equivalence_p)}"
    if verdict in (ABOVE, BELOW, ONE_SIDED):
        return f"one-sided test against the smallest effect that matters, {_p(1 - equivalence_p)}"
    if verdict in (EFFECT, UNDECIDED):
        return f"two one-sided tests do not reject an effect that would matter, {_p(equivalence_p)}"
    return "no test can be had"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def level_of_equivalence(parameters: LiteratureStatements) -> list[Value]:
    """Why the intervals of the equivalence tests are narrower than that of the estimate, and when an effect is said.

    Returns
    -------
    list of Value
        `equivalence_level_sentence`.
    """
    one_sided = f"{100 * parameters.significance:g}%"
    said = [
        f"its intervals are at {equivalence_level(parameters)}, narrower than the "
        f"{100 * parameters.confidence_level:g}% of the estimate, since each of the two one-sided tests spends its "
        f"{one_sided} at one end",
        f"an effect is said only where the two-sided test of zero rejects at {one_sided} (column p_of_zero), which "
        "asks more than that this interval leave out zero",
    ]
    return [
        Value(
            name="equivalence_level_sentence",
            value=sentences(said),
            label="Level of the intervals of the equivalence tests, and what their verdicts need",
        )
    ]


def shown_tests(tests: pd.DataFrame, parameters: LiteratureStatements) -> pd.DataFrame:
    """The table of equivalence tests as the page shows it, the level of the intervals in their heads."""
    level = equivalence_level(parameters)
    return tests.rename(columns={end: f"{end}, {level}" for end in ("lower", "upper")}).round(3)


def equivalence_level(parameters: LiteratureStatements) -> str:
    """Level 1 − 2α of the intervals that belong to the two one-sided tests, printed."""
    return f"{100 * (1 - 2 * parameters.significance):g}%"


def fall_of_poverty(fall: float, parameters: LiteratureStatements) -> list[Value | Missing]:
    """What the smallest effect that would matter makes of the fall in poverty, where that is known.

    Parameters
    ----------
    fall : float
        Percentage points, from `fall_in_poverty`; may be missing.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value or Missing
        `poverty_fall_reading`.
    """
    if pd.isna(fall):
        return [
            Missing(names="poverty_fall_reading", reason="no country has enough survey years for a fall in poverty")
        ]
    return [
        Value(
            name="poverty_fall_reading",
            value=fall_in_words(fall, parameters),
            label="Movement of poverty over the survey years, and what the smallest effect makes of it",
        )
    ]


def fall_in_words(fall: float, parameters: LiteratureStatements) -> str:
    """How poverty moved, and what the smallest effect that would matter makes of it, as sentences."""
    moved = "fell" if fall >= 0 else "rose"
    total = -parameters.smallest_effect * fall
    return sentences(
        [
            f"poverty {moved} by {abs(fall):.1f} points in the mean of countries, from the first to the last five "
            "survey years of each",
            f"at the smallest effect that would matter this alone moves homicide by "
            f"{signed(total, _digits(total))} victims per 100,000",
        ]
    )


def _digits(value: float) -> str:
    """Format of a number: decimals, or two significant digits where these would print as zero."""
    if abs(value) >= 1:
        return ".1f"
    return ".2f" if abs(value) >= 0.01 or value == 0 else f".{1 - math.floor(math.log10(abs(value)))}f"


def what_poverty_takes_out(table: pd.DataFrame) -> list[Value]:
    """Where holding poverty constant changes the effect of inequality for certain.

    Parameters
    ----------
    table : pandas.DataFrame
        From `tabulate_attenuations`.

    Returns
    -------
    list of Value
        `inequality_attenuation_reading`.
    """
    moved = pd.Series([_moved(row) for _, row in table.iterrows()], index=table.index)
    clauses = [f"{words} {_where(table[moved == words])}" for words in MOVED if (moved == words).any()]
    if (moved == "").any():
        clauses.append(f"the interval of the difference includes zero {_where(table[moved == ''])}")
    return [
        Value(
            name="inequality_attenuation_reading",
            value=sentences(clauses),
            label="Where holding poverty constant changes the effect of inequality for certain",
        )
    ]


def _moved(row: "pd.Series[Any]") -> str:
    """Which of `MOVED` holding poverty constant does for certain; empty where its interval includes zero."""
    if not leaves_out_zero(row["change_lower"], row["change_upper"]):
        return ""
    if row["without"] * row["with"] < 0:
        return TURNED
    return NEARER if abs(row["with"]) < abs(row["without"]) else FARTHER


def further_drivers(table: pd.DataFrame, parameters: LiteratureStatements) -> list[Value]:
    """How often as many tests find something in chance alone, and which drivers stand out after adjustment.

    Parameters
    ----------
    table : pandas.DataFrame
        From `drivers_alone`.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
        `drivers_fitted_sentence`, `drivers_by_chance_sentence`, `further_drivers_reading` (with the drivers that cannot
        be estimated, and why, and those whose interval is not to be trusted).
    """
    known = table.dropna(subset=["estimate"])
    chosen = known[known["holm_p_value"] < parameters.significance]
    one_in = 1 - (1 - parameters.significance) ** len(known)
    level = f"{100 * parameters.significance:g}%"
    independent = ", were they independent," if len(known) > 1 else ""
    chance = f"{counted(len(known), 'test')} at {level}{independent} would find something in chance alone {one_in:.0%}"
    told = [
        f"{spoken(row['regressor'])} with {_told(Interval(row['estimate'], row['lower'], row['upper']))} "
        f"{measures.step(row['regressor'])}"
        for _, row in chosen.iterrows()
    ]
    in_run = [str(driver) for driver in table["regressor"]]
    each = "each is" if len(in_run) > 1 else "it is"
    fitted = (
        f"{listed([spoken(driver) for driver in in_run])}: {each} fitted alone, on whatever country-years it has, with "
        "the same effects held constant"
    )
    measured, mixed = ([words[it] for it in in_run if it in words] for words in (HOW_MEASURED, WHAT_IT_MIXES))
    found = [_standing_out(known, told), _distrusted(known), *_not_estimated(table), *mixed]
    return [
        Value(
            name="drivers_fitted_sentence",
            value=sentences([fitted, *measured]),
            label="Further drivers of the run, and how they are measured where that decides",
        ),
        Value(
            name="drivers_by_chance_sentence",
            value=sentences([f"{chance} of the time"]),
            label="What several tests find by chance",
        ),
        Value(
            name="further_drivers_reading",
            value=sentences(found),
            label="Which further drivers stand out after Holm's adjustment",
        ),
    ]


def _standing_out(known: pd.DataFrame, told: Sequence[str]) -> str:
    """Which drivers stand out, for any number of them."""
    if known.empty:
        return "no driver can be estimated alone"
    if len(known) == 1:
        name = spoken(str(known["regressor"].iloc[0]))
        stands = "stands out" if told else "does not stand out"
        return f"the one driver that can be estimated, {told[0] if told else name}, {stands}"
    others = f"{listed(told)} {'stands' if len(told) == 1 else 'stand'} out" if told else "none stands out"
    return f"of {counted(len(known), 'driver')}, once their number is reckoned with, {others}"


def _distrusted(known: pd.DataFrame) -> str:
    """Whose intervals have too few degrees of freedom; empty where none has."""
    doubted = [spoken(str(name)) for name in known.loc[known["trusted"].eq(False), "regressor"]]
    if not doubted:
        return ""
    of, be = ("the interval", "has") if len(doubted) == 1 else ("the intervals", "have")
    trusted = "is" if len(doubted) == 1 else "are"
    return (
        f"{of} of {listed(doubted)} {be} fewer than {TRUSTED_DEGREES:g} degrees of freedom and {trusted} not to be "
        "trusted"
    )


def _not_estimated(table: pd.DataFrame) -> list[str]:
    """Drivers that could not be estimated, a clause a reason."""
    lost = table[table["estimate"].isna()]
    reasons = [_short(str(row["problem"]), str(row["regressor"])) for _, row in lost.iterrows()]
    by_reason = lost.assign(reason=reasons).groupby("reason", sort=False)["regressor"]
    return [f"{listed([spoken(name) for name in names])} could not be estimated: {why}" for why, names in by_reason]


def _short(problem: str, regressor: str) -> str:
    """The first clause of a reason, which is for one driver alone."""
    return problem.split(";")[0].split(". ")[0].rstrip(".").replace(regressor, "it")


def gini_s_error(as_printed: "pd.Series[float]", chosen: "pd.Series[float]") -> str:
    """What propagating the Gini's error does to its effect, as a sentence."""
    nearer = abs(chosen["estimate"]) < abs(as_printed["estimate"])
    moved = "closer to zero" if nearer else "farther from zero"
    holds = by_interval(
        chosen["lower"],
        chosen["upper"],
        above="its interval lies above zero",
        below="its interval lies below zero",
        neither="its interval includes zero",
    )
    return sentences([f"with the error propagated the effect is {moved}, and {holds}"])


def decisive_rows(
    influences: Sequence[DriverInfluence], problems: Mapping[str, str], names: "pd.Series[str]"
) -> list[Value | Missing]:
    """Which country-years decide whether each driver's interval includes zero, and whether any decide its sign.

    Parameters
    ----------
    influences : sequence of DriverInfluence
    problems : mapping
        Driver → why it cannot be estimated alone.
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    list of Value or Missing
        `decisive_rows_reading`, `decisive_rows_sentence` (short), `leverage_reading`; of each driver that has a name
        for its effect `<effect>_decisive_rows` and `<effect>_without_decisive_rows`.
    """
    told = [*(_decided(found, names) for found in influences), _signs(influences, names)]
    cannot = [f"{spoken(driver)} cannot be estimated alone: {why}" for driver, why in problems.items()]
    return [
        Value(
            name="decisive_rows_reading",
            value=sentences([*told, *cannot]),
            label="Country-years that decide whether the interval of each driver includes zero, or its sign",
        ),
        Value(
            name="decisive_rows_sentence",
            value=sentences([*(_in_short(found, names) for found in influences), *cannot]),
            label="Country-years that decide whether the interval of each driver includes zero, a sentence a driver",
        ),
        Value(
            name="leverage_reading",
            value=sentences([*(_leverage(found, names) for found in influences), *([] if influences else cannot)]),
            label="Countries that hold most leverage, and those any one of which decides",
        ),
        *(value for found in influences for value in _recorded(found, names)),
    ]


def which_turn(everything: Interval) -> str:
    """What the leaving of rows turns an interval into, as a clause."""
    return "an interval that includes zero" if everything.leaves_out_zero else "an interval that leaves out zero"


def _decided(found: DriverInfluence, names: "pd.Series[str]") -> str:
    """The fewest rows that decide whether the interval of one driver includes zero."""
    everything = (
        f"the effect of {spoken(found.driver)} is {_told(found.everything)} over {len(found.rows):,} country-years"
    )
    if found.interval is None:
        most = counted(found.most, "country-year")
        return sentences([everything, f"no set of up to {most} was found that {_not_decided(found.everything)}"])
    rows = found.rows[found.rows["deciding_interval"]]
    decided = Interval(found.interval.estimate, found.interval.lower, found.interval.upper)
    few = f"{counted(len(rows), 'country-year')} {'decides' if len(rows) == 1 else 'decide'}"
    without = f"without {country_years(rows, names)} it is {_told(decided)}, {which_turn(found.everything)}"
    return sentences([everything, f"{few}: {without}"])


def _in_short(found: DriverInfluence, names: "pd.Series[str]") -> str:
    """The rows that decide whether the interval of one driver includes zero, without its figures."""
    driver, what = spoken(found.driver), "whether the interval includes zero"
    if found.interval is None:
        return f"for {driver}, no set of up to {counted(found.most, 'country-year')} was found that decides {what}"
    rows = found.rows[found.rows["deciding_interval"]]
    return f"for {driver}, {country_years(rows, names)} {'decides' if len(rows) == 1 else 'decide'} {what}"


def _signs(influences: Sequence[DriverInfluence], names: "pd.Series[str]") -> str:
    """Whose sign turns without a few rows, and whose does not."""
    turns = {found.driver: found.rows[found.rows["deciding_sign"]] for found in influences if found.sign is not None}
    turned = [
        f"the sign of {spoken(driver)} turns without {country_years(rows, names)}" for driver, rows in turns.items()
    ]
    firm = [spoken(found.driver) for found in influences if found.sign is None]
    most = counted(max((found.most for found in influences), default=0), "country-year")
    none = f"no set of up to {most} was found that turns the sign of {listed(firm, 'or')}" if firm else ""
    return sentences([*turned, none])


def _not_decided(everything: Interval) -> str:
    return "makes it include zero" if everything.leaves_out_zero else "makes it leave out zero"


def _leverage(found: DriverInfluence, names: "pd.Series[str]") -> str:
    """The country with most leverage on one driver, and the countries any one of which decides."""
    country, share = found.heavy_country
    held = f"{names.get(country, country)} holds {share:.0%} of the leverage on {spoken(found.driver)}"
    heavy = ""
    if found.heaviest is not None:
        heavy = (
            f"without {country_years(found.heavy_rows, names)}, with more than {HEAVY:.0f} times the mean "
            f"leverage, the estimate is {_told(found.heaviest)}"
        )
    deciding = [str(names.get(iso3, iso3)) for iso3 in found.deciding_countries]
    what = "leave out zero" if not found.everything.leaves_out_zero else "include zero"
    single = (
        f"the leaving of {listed(deciding, 'or')} alone makes the interval {what}"
        if deciding
        else f"no country alone makes the interval {what} by leaving"
    )
    return sentences([held, heavy, single])


def _recorded(found: DriverInfluence, names: "pd.Series[str]") -> list[Value | Missing]:
    if found.driver not in measures.EFFECTS:
        return []
    name, driver = measures.EFFECTS[found.driver], spoken(found.driver)
    if found.interval is None:
        most = counted(found.most, "country-year")
        reason = f"no set of up to {most} was found that turns whether the interval of {driver} includes zero"
        return [
            Missing(names=f"{name}_{ending}", reason=reason) for ending in ("decisive_rows", "without_decisive_rows")
        ]
    rows = found.rows[found.rows["deciding_interval"]]
    return [
        Value(
            name=f"{name}_decisive_rows",
            value=country_years(rows, names),
            n=len(rows),
            label=f"Fewest country-years found that decide whether the interval of {driver} includes zero",
        ),
        Value(
            name=f"{name}_without_decisive_rows",
            value=found.interval.estimate,
            unit=measures.effect_unit("rate", found.driver),
            interval=(found.interval.lower, found.interval.upper),
            n=len(found.rows) - len(rows),
            label=f"Effect of {driver} alone, without the country-years that decide about zero; as quoted",
            format=".2f",
        ),
    ]


def _told(interval: Interval) -> str:
    """An estimate with its interval, to a third digit where an end would print as zero."""
    digits = ".3f" if any(round(end, 2) == 0 for end in (interval.lower, interval.upper)) else ".2f"
    return with_interval(interval.estimate, interval.lower, interval.upper, digits)


def _where(rows: pd.DataFrame) -> str:
    """Comparisons and controls of some rows, in words."""
    controls = rows.groupby("comparison", sort=False)["control"].agg(tuple)
    if controls.nunique() == 1:
        # The same controls everywhere are said once.
        held = listed([measures.MEASURES[control].words for control in controls.iloc[0]], "or")
        return f"{listed(list(controls.index))}, with {held} held constant"
    told = [
        f"{row['comparison']}, with {measures.MEASURES[row['control']].words} held constant"
        for _, row in rows.iterrows()
    ]
    return "; ".join([*told[:-1], f"and {told[-1]}"] if len(told) > 1 else told)
