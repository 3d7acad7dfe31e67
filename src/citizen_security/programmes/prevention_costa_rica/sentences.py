"""What Costa Rica's years, other countries and both scales say, in sentences that follow the numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.programmes import at_a_glance
from citizen_security.programmes.estimator_names import ESTIMATOR_NAMES
from citizen_security.programmes.prevention_costa_rica.labels import POOL_NAMES, SCALE_NAMES
from citizen_security.programmes.prevention_costa_rica.parameters import SCALES, PreventionCostaRica
from citizen_security.programmes.prevention_costa_rica.windows import highest, windows
from citizen_security.words import counted, listed, number_in_words, out_of, p_in_words, sentences, signed

# What options of the curve are called.
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "estimator": {str(name): told for name, told in ESTIMATOR_NAMES.items()},
    "pool": {str(name): told for name, told in POOL_NAMES.items()},
    "outcome": {"level": "rates", "log": "logarithms"},
}

# Share of the cells from which on the curve speaks with one voice; up to the level, chance alone gives as many.
NEARLY_ALL = 0.9

# From so many percent above the years before on, a place counts as treated when it stands high.
HIGH = 10.0


def option_name(choice: str, option: str) -> str:
    """What an option of the curve is called."""
    return OPTIONS.get(choice, {}).get(option, f"start in {option}")


def option_names(options: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What each option is called, in the order of the table.

    Parameters
    ----------
    options : pandas.DataFrame
        From `curve_options.by_option`.

    Returns
    -------
    dict of tuple to str
    """
    keys = zip(options["choice"], options["option"], strict=True)
    return {(choice, option): option_name(choice, option) for choice, option in keys}


def rate(value: float) -> str:
    """A rate as it is printed; one that parallel lines put below zero says so."""
    return f"{value:.1f}" if value >= 0 else f"less than nothing ({signed(value, '.1f')})"


def _moved(row: "pd.Series[float]") -> str:
    """`13% lower (−17% to −8%)`."""
    return f"{_size(row)} ({signed(row['lower'], '.0f')}% to {signed(row['upper'], '.0f')}%)"


def _difference(row: "pd.Series[float]", level: float) -> str:
    """A difference of rates with its interval by placebos, where they give one."""
    middle = f"{signed(float(row['difference']), '.1f')} per 100,000"
    ends = (float(row["lower"]), float(row["upper"]))
    if np.isnan(ends).any():
        return f"{middle} (placebos reject every constant difference)"
    if not np.isfinite(ends).all():
        return f"{middle} (so few countries give no {100 * level:g}% interval)"
    low, high = (signed(end, ".1f") for end in ends)
    return f"{middle} ({100 * level:g}% by placebos {low} to {high})"


def own_design(table: pd.DataFrame, parameters: PreventionCostaRica) -> "pd.Series[float]":
    """The row of the run's own scale and estimator."""
    chosen = (table["outcome"] == parameters.scale) & (table["estimator"] == parameters.estimator)
    return table[chosen].iloc[0]


def _some(count: int) -> str:
    """A count in figures, or `none`."""
    return str(count) if count else "none"


def answer_sentence(
    changes: pd.DataFrame, table: pd.DataFrame, curve: pd.DataFrame, parameters: PreventionCostaRica
) -> str:
    """Whether other countries say that the strategy did it, and how homicide moved."""
    strategy, after, _ = windows(parameters)
    first, second = (changes[changes["window"] == window.name].iloc[0] for window in (strategy, after))
    own = own_design(table, parameters)
    beyond = own["p_value"] <= parameters.significance + 1e-9
    shown = "beyond what chance gives" if beyond else "within what chance gives"
    span = "years" if strategy.length > 1 else "year"
    return sentences(
        [
            _shown_by(curve, parameters),
            f"homicide was {_moved(first)} in {strategy.years}, the {span} of the strategy, than in "
            f"{_years(first['before_first'], first['before_last'])}; in {after.years} it was {_size(second)} than in "
            f"{strategy.years}",
            f"beside {counted(int(own['donors']), 'other country', 'other countries')} the {span} of the strategy "
            f"{'differ' if strategy.length > 1 else 'differs'} by {signed(float(own['difference']), '.1f')} homicides "
            f"per 100,000, {shown} ({p_in_words(own['p_value'])})",
        ]
    )


def _years(first: float, last: float) -> str:
    return f"{first:.0f}" if first == last else f"{first:.0f} to {last:.0f}"


def _size(row: "pd.Series[float]") -> str:
    """`26% higher`."""
    return f"{abs(row['change']):.0f}% {'lower' if row['change'] < 0 else 'higher'}"


def _shown_by(curve: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """Whether the curve shows that the strategy did it."""
    able = curve[curve["able"]]
    if able.empty:
        return "so few countries cannot tell whether prevention kept Costa Rica peaceful"
    share = float(able["found"].mean())
    if share >= NEARLY_ALL:
        return "homicide fell by more than other countries' course gives, under nearly every choice"
    if share > parameters.significance:
        return "whether prevention kept Costa Rica peaceful hangs on the choices of whoever compares"
    return "that prevention kept Costa Rica peaceful is not shown"


def raw_sentence(changes: pd.DataFrame) -> str:
    """Each window beside the years before it."""
    told = [
        f"in {_years(row['first'], row['last'])} the rate was {row['rate']:.1f} per 100,000, {_moved(row)} than in "
        f"{_years(row['before_first'], row['before_last'])}"
        for _, row in changes.iterrows()
    ]
    return sentences(told)


def peak_sentence(series: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """Whether the strategy began where the rate stood high, and when the series was highest."""
    before = series[series["year"].between(parameters.first_year, parameters.start - 1)]
    length = min(3, len(before) - 1)
    late, early = before["rate"].iloc[-length:].mean(), before["rate"].iloc[:-length].mean()
    apart = 100 * (late / early - 1)
    years = counted(length, "year")
    year, top = highest(series)
    return sentences(
        [
            f"in the {years} before the start the rate stood {abs(apart):.0f}% {'above' if apart > 0 else 'below'} "
            f"that of the years from {parameters.first_year} on before them",
            "a place that is treated when it stands high comes down in part by itself" if apart > HIGH else "",
            f"the highest rate since {int(series['year'].min())} is {top:.1f}, in {year}",
        ]
    )


def line_sentence(line: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """What the line of the years before gives, and in how many years the country lies below it."""
    last = line.iloc[-1]
    went = "rose" if last["slope"] > 0 else "fell"
    below = int((line["observed"] < line["lower"]).sum())
    expected = f"{last['line']:.1f} ({last['lower']:.1f} to {last['upper']:.1f})"
    return sentences(
        [
            f"from {parameters.line_from} to {parameters.start - 1} the rate {went} by {abs(last['slope']):.0f}% a "
            f"year along its line; carried on, it gives {expected} for {last['year']:.0f}, and there were "
            f"{last['observed']:.1f}",
            f"{out_of(below, len(line), 'years', 'year')} {'lies' if 1 in (below, len(line)) else 'lie'} below what "
            "the line allows",
        ]
    )


def scale_sentence(parallel: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """What parallel trends expect on each scale, window by window, beside the run's donors."""
    own = parallel[parallel["pool"] == parameters.donors]
    told = []
    for years, rows in own.groupby("years", sort=False):
        expected = rows.set_index("outcome")["expected"]
        told.append(
            f"{rate(float(expected['level']))} per 100,000 in rates and {rate(float(expected['log']))} in logarithms "
            f"for {years}, where there were {float(rows['observed'].iloc[0]):.1f}"
        )
    if not told:
        return sentences(["the chosen donors are too few for any of the years"])
    return sentences([f"beside {POOL_NAMES[parameters.donors]} parallel trends expect {'; '.join(told)}"])


def apart_sentence(parallel: pd.DataFrame) -> str:
    """How far the two scales lie apart in the last years, by donors."""
    last = parallel[parallel["years"] == parallel["years"].iloc[-1]]
    wide = last.pivot(index="pool_name", columns="outcome", values="expected").reindex(dict.fromkeys(last["pool_name"]))
    gaps = (wide["level"] - wide["log"]).abs()
    told = [f"{gap:.1f} beside {name}" for name, gap in gaps.items()]
    return sentences([f"for {last['years'].iloc[0]} the two expectations lie apart by {listed(told)}, per 100,000"])


def fit_sentence(table: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """How closely the run's estimator follows the country before the start, on both scales."""
    shares = table.pivot(index="estimator", columns="outcome", values="rmspe_share")
    own, plain = (shares.loc[name] for name in (parameters.estimator, "difference_in_differences"))
    told = (
        f"before the start the yearly gaps of the design are {own['level']:.0f}% of the rate in rates and "
        f"{own['log']:.0f}% in logarithms"
    )
    if parameters.estimator == "difference_in_differences":
        return sentences([told])
    return sentences([told, f"plain differences in differences leave {plain['level']:.0f}% and {plain['log']:.0f}%"])


def estimators_sentence(table: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """The range over estimators and scales, and how many go beyond chance."""
    low, high = float(table["difference"].min()), float(table["difference"].max())
    return sentences(
        [
            f"by estimator and scale the difference runs from {signed(low, '.1f')} to {signed(high, '.1f')} per "
            f"100,000; {_beyond_chance(table, parameters.significance)}",
            f"with {counted(int(table['donors'].min()), 'donor')} no p can be below {float(table['floor'].max()):.3f}",
        ]
    )


def design_sentence(table: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """The run's own design with its interval, on both scales."""
    told = []
    for outcome in SCALES:
        row = table[(table["outcome"] == outcome) & (table["estimator"] == parameters.estimator)].iloc[0]
        told.append(
            f"in {SCALE_NAMES[outcome]} other countries, {ESTIMATOR_NAMES[parameters.estimator]}, expect "
            f"{rate(float(row['expected']))}: a difference of {_difference(row, parameters.confidence_level)}, "
            f"{p_in_words(row['p_value'])}"
        )
    return sentences(told)


def _beyond_chance(tried: pd.DataFrame, allowed: float) -> str:
    """How many rows have a small placebo p, or that no placebos of so few countries can."""
    if float(tried["floor"].min()) > allowed + 1e-9:
        return f"so few countries cannot give a placebo p of {allowed:.2g}"
    beyond = int((tried["p_value"] <= allowed + 1e-9).sum())
    number, has = (number_in_words(beyond), "has" if beyond == 1 else "have") if beyond else ("none", "has")
    return f"{number} of the {len(tried)} {has} a placebo p of at most {allowed:.2g}"


def year_before_sentence(early: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """What the design finds in the year before the start."""
    low, high = (signed(float(early["difference"].agg(end)), ".1f") for end in ("min", "max"))
    return sentences(
        [
            f"put to {parameters.start - 1}, when by this start nothing had begun, the same estimators give {low} to "
            f"{high} per 100,000; {_beyond_chance(early, parameters.significance)}"
        ]
    )


def earlier_sentence(earlier: pd.DataFrame) -> str:
    """How many earlier starts give a difference as large."""
    told = []
    for name, rows in earlier.groupby("scale_name", sort=False):
        own = abs(float(rows.loc[rows["own"], "difference"].iloc[0]))
        before = rows.loc[~rows["own"], "difference"].abs()
        told.append(f"{_some(int((before >= own).sum()))} of {len(before)} in {name}")
    return sentences([f"of earlier starts, at which nothing had begun, {listed(told)} give a difference as large"])


def donors_sentence(without: pd.DataFrame) -> str:
    """What the finding owes to single donors."""
    told = []
    for outcome, rows in without.groupby("outcome", sort=False):
        ends = [rows.iloc[int(place)] for place in (rows["difference"].argmin(), rows["difference"].argmax())]
        low, high = (f"{signed(float(row['difference']), '.1f')} without {row['country']}" for row in ends)
        told.append(
            f"in {SCALE_NAMES[outcome]} it is {low}"  # type: ignore[index]
            if len(rows) == 1
            else f"in {SCALE_NAMES[outcome]} it runs from {low} to {high}"  # type: ignore[index]
        )
    return sentences([f"with single donors left out, the difference per 100,000 moves: {'; '.join(told)}"])


def predictors_sentence(fits: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """What weights that match predictors nearly as well allow."""
    told = []
    for _, row in fits.iterrows():
        low, high = (signed(float(row[end]), ".1f") for end in ("lower", "upper"))
        told.append(f"{f'at {low}' if low == high else f'between {low} and {high}'} in {row['scale_name']}")
    return sentences(
        [
            "weights that match income, cities, young men, infant deaths and homicide, and whose squared gaps are at "
            f"most {100 * parameters.tolerance:g}% above the least, put the difference per 100,000 {listed(told)}",
            "this is the range of what fits, and no range of chance",
        ]
    )


def detectable_sentence(falls: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """The smallest fall that would have been found beside the run's donors, on both scales."""
    own = falls[falls["pool"] == parameters.donors].set_index("outcome")
    told = []
    for outcome in SCALES:
        row = own.loc[outcome]
        name = SCALE_NAMES[outcome]
        if row["floor"] > parameters.significance + 1e-9:
            told.append(f"in {name} none, as so few donors give no p of {parameters.significance:.2g}")
        elif np.isnan(row["fall"]):
            told.append(f"in {name} none, not even one of nearly the whole rate")
        else:
            told.append(f"in {name} one of {abs(row['fall']):.0f}% or more")
    return sentences(
        [
            f"put into {POOL_NAMES[parameters.donors]} one after the other, a fall would have been found in "
            f"{100 * parameters.power:g}% of them: {'; '.join(told)}"
        ]
    )


def curve_sentence(curve: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """How far the combinations lie apart, and how many find a fall beyond chance."""
    low, high = float(curve["difference"].min()), float(curve["difference"].max())
    fewer, found = int((curve["difference"] < 0).sum()), int(curve["found"].sum())
    unable = int((~curve["able"]).sum())
    return sentences(
        [
            f"{counted(len(curve), 'combination')} of estimator, start, donors and scale run from "
            f"{signed(low, '.1f')} to {signed(high, '.1f')} per 100,000; {out_of(fewer, len(curve), 'combinations')} "
            f"{'finds' if fewer == 1 else 'find'} fewer homicides than expected",
            f"{out_of(found, len(curve), 'combinations')} {'finds' if found == 1 else 'find'} fewer with a placebo p "
            f"of at most {parameters.significance:.2g}",
            f"{out_of(unable, len(curve), 'combinations')} {'has' if unable == 1 else 'have'} too few donors for that"
            if unable
            else "",
        ]
    )


def verdict(curve: pd.DataFrame, options: pd.DataFrame, falls: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """What the curve comes to, what it hangs on, and what could not have been found.

    Parameters
    ----------
    curve : pandas.DataFrame
        From `curve.specification_curve`.
    options : pandas.DataFrame
        From `curve_options.decisive`.
    falls : pandas.DataFrame
        From `detectable.least_falls`.
    parameters : PreventionCostaRica

    Returns
    -------
    str
    """
    able = curve[curve["able"]]
    if able.empty:
        return sentences(
            [
                f"so few donors cannot give a p of {parameters.significance:.2g}, whatever the strategy did",
                "these data cannot answer whether it kept the country peaceful",
            ]
        )
    found, share = int(able["found"].sum()), float(able["found"].mean())
    told = f"{out_of(found, len(able), 'combinations')} with enough donors {'finds' if found == 1 else 'find'} a fall"
    if share >= NEARLY_ALL:
        return sentences([f"the finding does not hang on the choices: {told} beyond chance"])
    least = falls["fall"].dropna()
    small = (
        "that it did nothing is not shown either: of the falls put in, those under "
        f"{abs(float(least.max())):.0f}% were missed too often"
        if len(least)
        else "that it did nothing is not shown either: of the falls put in, even the deepest were missed too often"
    )
    if share <= parameters.significance:
        rates = int(able.loc[able["outcome"] == "level", "found"].sum())
        where = (
            f", {_some(rates)} in rates and {_some(found - rates)} in logarithms; at this level chance alone may "
            f"give {100 * parameters.significance:g}%"
        )
        return sentences(
            [
                f"that prevention kept Costa Rica peaceful is not shown: {told} beyond chance{where if found else ''}",
                small,
            ]
        )
    first, last = options.iloc[0], options.iloc[-1]
    with_first, with_last = (option_name(str(row["choice"]), str(row["option"])) for row in (first, last))
    return sentences(
        [
            f"that prevention kept Costa Rica peaceful hangs on the choices: {told} beyond chance",
            f"with {with_first} {_some(first['found'])} of {first['cells']} do, with {with_last} "
            f"{_some(last['found'])} of {last['cells']}",
            small,
        ]
    )


def claim_reading(changes: pd.DataFrame) -> str:
    """Whether the numbers move as the document says: down with the strategy, up after it."""
    ends = changes.set_index("window")[["lower", "upper"]]
    fell, rose = ends["upper"]["strategy"] < 0, ends["lower"]["after"] > 0
    if fell and rose:
        return "Homicide moved as the document says: down, then up."
    if fell or rose:
        half = "the fall" if fell else "the rise after it"
        return f"Of what the document says, {half} is there beyond counting chance."
    return "Neither the fall nor the rise that the document tells of is there beyond counting chance."


def raw_reading(changes: pd.DataFrame) -> str:
    """The years of the strategy against those before."""
    row = changes.iloc[0]
    change = at_a_glance.changed(row["change"], row["lower"], row["upper"])
    return f"{change}, {_years(row['first'], row['last'])} against {_years(row['before_first'], row['before_last'])}"


def beside_reading(table: pd.DataFrame, parameters: PreventionCostaRica) -> str:
    """The run's own design beside other countries."""
    row = own_design(table, parameters)
    chance = at_a_glance.by_chance(float(row["p_value"]), float(row["floor"]))
    return f"{_difference(row, parameters.confidence_level)} beside other countries; {chance}"
