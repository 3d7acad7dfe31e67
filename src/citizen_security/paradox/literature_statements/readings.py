"""What the tests of the literature's statements say, in sentences that follow the run."""

from collections.abc import Mapping, Sequence

import pandas as pd

from citizen_security import measures
from citizen_security.methods.regression.equivalence import (
    ABOVE,
    BELOW,
    EFFECT,
    NEGLIGIBLE,
    ONE_SIDED,
    SMALL_EFFECT,
    UNDECIDED,
)
from citizen_security.methods.regression.quoted import QUOTED
from citizen_security.paradox.literature_statements.influence import (
    HEAVY,
    DriverInfluence,
    Interval,
    country_years,
)
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.values import Missing, Value
from citizen_security.words import by_interval, counted, listed, sentences, signed

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
        `poverty_equivalence_verdict` (a clause) and `poverty_determinant_sentence`.
    """
    verdict = str(tests.loc[tests["method"] == QUOTED, "verdict"].iloc[0])
    found, said = (words.get(verdict, f"the test cannot be had ({verdict})") for words in (VERDICTS, OF_THE_STATEMENT))
    return [
        Value(
            name="poverty_equivalence_verdict",
            value=found,
            label=f"Two one-sided tests of {parameters.poverty_measure}, CR2 errors clustered by country",
        ),
        Value(
            name="poverty_determinant_sentence",
            value=sentences([said]),
            label="What the equivalence test makes of the statement that poverty is no determinant",
        ),
    ]


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
            f"{signed(total, '.1f' if abs(total) >= 1 else '.2f')} victims per 100,000",
        ]
    )


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
    kinds = {
        "takes something out of inequality's effect": table["change_lower"] > 0,
        "adds to inequality's effect": table["change_upper"] < 0,
    }
    clauses = [
        f"holding poverty constant {words} {_where(table[chosen])}" for words, chosen in kinds.items() if chosen.any()
    ]
    open_ones = ~(kinds["takes something out of inequality's effect"] | kinds["adds to inequality's effect"])
    if open_ones.any():
        clauses.append(f"the interval of the difference holds zero {_where(table[open_ones])}")
    return [
        Value(
            name="inequality_attenuation_reading",
            value=sentences(clauses),
            label="Where holding poverty constant changes the effect of inequality for certain",
        )
    ]


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
        `drivers_by_chance_sentence`, `further_drivers_reading`.
    """
    known = table.dropna(subset=["estimate"])
    chosen = known[known["holm_p_value"] < parameters.significance]
    tests = counted(len(known), "test")
    one_in = 1 - (1 - parameters.significance) ** len(known)
    level = f"{100 * parameters.significance:g}%"
    chance = f"{tests} at {level}, were they independent, would find something in chance alone {one_in:.0%} of the time"
    told = [
        f"{_label(row['regressor'])} with {_told(Interval(row['estimate'], row['lower'], row['upper']))} "
        f"{measures.step(row['regressor'])}{'' if row['trusted'] else ' (too few effective countries to be trusted)'}"
        for _, row in chosen.iterrows()
    ]
    others = "none stands out" if not told else f"{listed(told)} {'stands' if len(told) == 1 else 'stand'} out"
    return [
        Value(name="drivers_by_chance_sentence", value=sentences([chance]), label="What several tests find by chance"),
        Value(
            name="further_drivers_reading",
            value=sentences([f"of {counted(len(known), 'driver')}, once their number is reckoned with, {others}"]),
            label="Which further drivers stand out after Holm's adjustment",
        ),
    ]


def gini_s_error(as_printed: "pd.Series[float]", chosen: "pd.Series[float]") -> str:
    """What propagating the Gini's error does to its effect, as a sentence."""
    nearer = abs(chosen["estimate"]) < abs(as_printed["estimate"])
    moved = "closer to zero" if nearer else "farther from zero"
    holds = by_interval(
        chosen["lower"],
        chosen["upper"],
        above="its interval lies above zero",
        below="its interval lies below zero",
        neither="its interval holds zero",
    )
    return sentences([f"with the error propagated the effect is {moved}, and {holds}"])


def decisive_rows(
    influences: Sequence[DriverInfluence], problems: Mapping[str, str], names: "pd.Series[str]"
) -> list[Value | Missing]:
    """Which country-years decide whether each driver's interval holds zero, and whether any decide its sign.

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
        `decisive_rows_reading`, `leverage_reading`; of each driver that has a name for its effect
        `<effect>_decisive_rows` and `<effect>_without_decisive_rows`.
    """
    told = [*(_decided(found, names) for found in influences), _signs(influences, names)]
    cannot = [f"{_label(driver)} cannot be estimated alone: {why}" for driver, why in problems.items()]
    return [
        Value(
            name="decisive_rows_reading",
            value=sentences([*told, *cannot]),
            label="Country-years that decide whether the interval of each driver holds zero, or its sign",
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
    return "an interval that holds zero" if everything.leaves_out_zero else "an interval that leaves out zero"


def _decided(found: DriverInfluence, names: "pd.Series[str]") -> str:
    """The fewest rows that decide whether the interval of one driver holds zero."""
    everything = (
        f"the effect of {_label(found.driver)} is {_told(found.everything)} over {len(found.rows):,} country-years"
    )
    if found.interval is None:
        most = counted(found.most, "country-year")
        return sentences([everything, f"no set of up to {most} was found that {_not_decided(found.everything)}"])
    rows = found.rows[found.rows["deciding_interval"]]
    decided = Interval(found.interval.estimate, found.interval.lower, found.interval.upper)
    few = f"{counted(len(rows), 'country-year')} {'decides' if len(rows) == 1 else 'decide'}"
    without = f"without {country_years(rows, names)} it is {_told(decided)}, {which_turn(found.everything)}"
    return sentences([everything, f"{few}: {without}"])


def _signs(influences: Sequence[DriverInfluence], names: "pd.Series[str]") -> str:
    """Whose sign turns without a few rows, and whose does not."""
    turns = {found.driver: found.rows[found.rows["deciding_sign"]] for found in influences if found.sign is not None}
    turned = [
        f"the sign of {_label(driver)} turns without {country_years(rows, names)}" for driver, rows in turns.items()
    ]
    firm = [_label(found.driver) for found in influences if found.sign is None]
    most = counted(max((found.most for found in influences), default=0), "country-year")
    none = f"no set of up to {most} was found that turns the sign of {listed(firm, 'or')}" if firm else ""
    return sentences([*turned, none])


def _not_decided(everything: Interval) -> str:
    return "makes it hold zero" if everything.leaves_out_zero else "makes it leave out zero"


def _leverage(found: DriverInfluence, names: "pd.Series[str]") -> str:
    """The country with most leverage on one driver, and the countries any one of which decides."""
    country, share = found.heavy_country
    held = f"{names.get(country, country)} holds {share:.0%} of the leverage on {_label(found.driver)}"
    heavy = ""
    if found.heaviest is not None:
        heavy = (
            f"without {country_years(found.heavy_rows, names)}, with more than {HEAVY:.0f} times the mean "
            f"leverage, the estimate is {_told(found.heaviest)}"
        )
    deciding = [str(names.get(iso3, iso3)) for iso3 in found.deciding_countries]
    what = "leave out zero" if not found.everything.leaves_out_zero else "hold zero"
    single = (
        f"the leaving of {listed(deciding, 'or')} alone makes the interval {what}"
        if deciding
        else f"no country alone makes the interval {what} by leaving"
    )
    return sentences([held, heavy, single])


def _recorded(found: DriverInfluence, names: "pd.Series[str]") -> list[Value | Missing]:
    if found.driver not in measures.EFFECTS:
        return []
    name = measures.EFFECTS[found.driver]
    if found.interval is None:
        most = counted(found.most, "country-year")
        reason = f"no set of up to {most} was found that turns whether the interval of {found.driver} holds zero"
        return [
            Missing(names=f"{name}_{ending}", reason=reason) for ending in ("decisive_rows", "without_decisive_rows")
        ]
    rows = found.rows[found.rows["deciding_interval"]]
    return [
        Value(
            name=f"{name}_decisive_rows",
            value=country_years(rows, names),
            n=len(rows),
            label=f"Fewest country-years found that decide whether the interval of {found.driver} holds zero",
        ),
        Value(
            name=f"{name}_without_decisive_rows",
            value=found.interval.estimate,
            unit=measures.effect_unit("rate", found.driver),
            interval=(found.interval.lower, found.interval.upper),
            n=len(found.rows) - len(rows),
            label=f"Effect of {found.driver} alone, without these country-years; as quoted",
            format=".2f",
        ),
    ]


def _told(interval: Interval) -> str:
    """An estimate with its interval, to a third digit where an end would print as zero."""
    digits = ".3f" if any(round(end, 2) == 0 for end in (interval.lower, interval.upper)) else ".2f"
    return f"{signed(interval.estimate, digits)} ({signed(interval.lower, digits)} to {signed(interval.upper, digits)})"


def _label(driver: str) -> str:
    """What a driver is called within a sentence."""
    label = measures.label(driver)
    within = measures.MEASURES[driver].words if driver in measures.MEASURES else ""
    return within or (label if label[:2].isupper() else f"{label[0].lower()}{label[1:]}")


def _where(rows: pd.DataFrame) -> str:
    """Comparisons and controls of some rows, in words."""
    return listed([f"{row['comparison']} with {measures.MEASURES[row['control']].words}" for _, row in rows.iterrows()])
