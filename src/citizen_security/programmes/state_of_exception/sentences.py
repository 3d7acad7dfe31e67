"""What the years before, the line, other countries and missing deaths say, in sentences that follow the numbers."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.methods.measurement_bounds import Turning
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.state_of_exception.effects import BEFORE, START, episode_years
from citizen_security.programmes.state_of_exception.labels import NAMES
from citizen_security.programmes.state_of_exception.parameters import StateOfException
from citizen_security.words import by_interval, counted, listed, number_in_words, out_of, sentences, signed


def answer_sentence(
    fall: Mapping[str, float],
    line: Mapping[str, float],
    countries: pd.DataFrame,
    early: pd.DataFrame,
    parameters: StateOfException,
) -> str:
    """How much of the fall came before, whether the year lies below the line, and whether the two can be told apart."""
    below = fall["after"] < line["lower"]
    above = fall["after"] > line["upper"]
    where = "below" if below else "above" if above else "within"
    most = "most" if fall["points"] > 0.5 else "less than half"
    begin = f"{fall['peak']:.0f} homicides per 100,000 in {fall['peak_year']:.0f}"
    return sentences(
        [
            f"{most} of El Salvador's fall came before the state of exception: {100 * fall['points']:.0f}% of that "
            f"from {begin} to {fall['after']:.0f} in {START}",
            f"with {fall['after']:.1f} per 100,000 that year lies {where} what the years before give when carried on, "
            f"{line['rate']:.1f} ({100 * parameters.confidence_level:g}%: {line['lower']:.1f} to {line['upper']:.1f})",
            _split(countries, early, parameters),
        ]
    )


def _split(countries: pd.DataFrame, early: pd.DataFrame, parameters: StateOfException) -> str:
    """Whether other countries tell the year from the fall that was under way; empty where none were asked."""
    own = countries[countries["episode"] == "state_of_exception"]
    allowed = parameters.significance + 1e-9
    if own.empty:
        return ""
    if float(own["floor"].min()) > allowed:
        return "so few other countries cannot tell the year from chance"
    beyond, before = (bool((rows["p_value"] <= allowed).any()) for rows in (own, early))
    if beyond and before:
        return (
            f"what it added cannot be split from the fall that was under way: beside other countries {BEFORE} stands "
            "out as well, when nothing was done yet"
        )
    return (
        f"beside other countries the year stands out, and {BEFORE} does not"
        if beyond
        else "beside other countries it does not stand out"
    )


def scale_sentence(fall: Mapping[str, float]) -> str:
    """The same on the scale of percentages."""
    return sentences(
        [
            f"the rate fell by {100 * (1 - fall['before'] / fall['peak']):.0f}% from {fall['peak_year']:.0f} to "
            f"{BEFORE} and by {100 * (1 - fall['after'] / fall['before']):.0f}% from {BEFORE} to {START}",
            f"in rates {100 * fall['points']:.0f}% of the whole fall came before, in logarithms "
            f"{100 * fall['percent']:.0f}%",
            f"counted from each year from {fall['peak_year']:.0f} to {fall['last_begin']:.0f} in turn, the share in "
            f"rates runs from {100 * fall['lowest']:.0f}% to {100 * fall['highest']:.0f}%"
            if fall["last_begin"] > fall["peak_year"]
            else "",
        ]
    )


def raw_sentence(changes: pd.DataFrame) -> str:
    """Each episode against as many years before it."""
    told = [
        f"{signed(row['change'], '.0f')}% ({signed(row['lower'], '.0f')}% to {signed(row['upper'], '.0f')}%) in "
        f"{episode_years(row['episode'])}"
        for _, row in changes.iterrows()
    ]
    return sentences([f"against as many years just before each, homicide changed by {listed(told)}"])


def line_sentence(line: Mapping[str, float], parameters: StateOfException) -> str:
    """How steep the line was."""
    went = "fell" if line["slope"] < 0 else "rose"
    return sentences(
        [f"from {parameters.line_from} to {BEFORE} the rate {went} by {abs(line['slope']):.0f}% a year along its line"]
    )


def countries_sentence(table: pd.DataFrame, parameters: StateOfException) -> str:
    """What the estimators find for each episode, and how many beyond chance."""
    allowed = parameters.significance
    told = []
    for episode, own in table.groupby("episode", sort=False):
        low, high = float(own["change"].min()), float(own["change"].max())
        told.append(
            f"for {NAMES[str(episode)]} {counted(len(own), 'estimator')} give from {signed(low, '.0f')}% to "
            f"{signed(high, '.0f')}%, and {_beyond_chance(own, allowed)}; its "
            f"{counted(int(own['donors'].min()), 'country', 'countries')} to compare with allow no p below "
            f"{float(own['floor'].max()):.3f}"
        )
    return sentences(told)


def turning_sentence(turning: Mapping[str, Turning]) -> str:
    """How many deaths would have to be uncounted."""
    since, line = turning["since_before"], turning["below_line"]
    if since.deaths <= 0:
        return sentences([f"the recorded rate of {START} is no lower than that of {BEFORE}: there is no fall to turn"])
    return sentences(
        [
            f"{since.deaths:,.0f} homicides would have to be uncounted in {START}, {100 * since.share:.0f}% of all "
            f"there then were, for the rate to equal that of {BEFORE}",
            f"for it to lie on its line, {line.deaths:,.0f} ({line.lower:,.0f} to {line.upper:,.0f})"
            if line.deaths > 0
            else f"it lies above its line as recorded, by {-line.deaths:,.0f} homicides",
        ]
    )


def uncounted_sentence(items: pd.DataFrame, turning: Mapping[str, Turning]) -> str:
    """What others counted of the missing, beside what it would take."""
    own = items[items["year"] == START]
    total, needed = int(own["deaths"].sum()), turning["since_before"].deaths
    if needed <= 0:
        return sentences([f"others counted {total:,} deaths of {START} that records leave out"])
    verdict = "more than it would take" if total > needed else "less than it would take"
    return sentences(
        [
            f"others counted {total:,} deaths of {START} that the police's homicides leave out, some of them twice: "
            f"{100 * total / needed:.0f}% of the number at which the fall since {BEFORE} would vanish, {verdict}"
        ]
    )


def year_before_sentence(early: pd.DataFrame, parameters: StateOfException) -> str:
    """What the design finds a year before anything was done."""
    allowed = parameters.significance
    low, high = signed(float(early["change"].min()), ".0f"), signed(float(early["change"].max()), ".0f")
    return sentences(
        [
            f"put to {BEFORE}, when the state of exception had not begun, the same estimators give from {low}% to "
            f"{high}%, and {_beyond_chance(early, allowed)}"
        ]
    )


def _beyond_chance(tried: pd.DataFrame, allowed: float) -> str:
    """How many estimators give a small placebo p, or that no placebos of so few countries can."""
    if float(tried["floor"].min()) > allowed + 1e-9:
        return f"so few countries cannot give a placebo p of {allowed:.2g}"
    beyond = int((tried["p_value"] <= allowed + 1e-9).sum())
    return f"{number_in_words(beyond) if beyond else 'none'} of them a placebo p of at most {allowed:.2g}"


def verdict(table: pd.DataFrame, early: pd.DataFrame, parameters: StateOfException) -> str:
    """What the state of exception can be credited with, by these data."""
    own = table[table["episode"] == "state_of_exception"]
    if own.empty:
        return sentences(["the state of exception was not set against other countries in this run"])
    allowed = parameters.significance
    if float(own["floor"].min()) > allowed + 1e-9:
        return sentences(
            [f"so few countries cannot tell an effect from chance at a p of {allowed:.2g}, however large it is"]
        )
    beyond, before = (int((rows["p_value"] <= allowed + 1e-9).sum()) for rows in (own, early))
    number = out_of(beyond, len(own), "estimators")
    found = f"{number} {'sets' if beyond == 1 else 'set'} {START} apart from other countries"
    if before and beyond:
        same = f"{number_in_words(before)} of them {'does' if before == 1 else 'do'} so for {BEFORE} already"
        return sentences([f"{found}, and {same}", "the design sees a fall that was under way, and cannot split it"])
    if beyond:
        return sentences([f"{found}, and none {BEFORE}", "one year cannot tell a new trend from a low point"])
    return sentences([f"{found}: other countries' years differ by as much"])


def line_reading(fall: Mapping[str, float], line: Mapping[str, float]) -> str:
    """Whether the year was off its line."""
    return by_interval(
        fall["after"] - line["upper"],
        fall["after"] - line["lower"],
        above="The year was higher than its line allows.",
        below="The year was lower than its line allows.",
        neither="The line does not tell the year from its forerunners.",
    )


def raw_reading(changes: pd.DataFrame) -> str:
    """The last episode beside as many years before it."""
    row = changes.iloc[-1]
    first, last = int(row["first"]), int(row["last"])
    years = f"{last} against {first - 1}" if first == last else f"{first} to {last} against as many years before"
    return f"{at_a_glance.changed(row['change'], row['lower'], row['upper'])}, {years}"


def beside_reading(table: pd.DataFrame) -> str:
    """What the estimators give beside other countries."""
    own = table[table["episode"] == "state_of_exception"]
    if own.empty:
        return "not set against other countries in this run"
    found = at_a_glance.between(own["change"].tolist(), own["p_value"].tolist(), "estimators")
    return f"{found}, beside other countries; none can be below {float(own['floor'].max()):.2g}"


def choices_reading(table: pd.DataFrame, early: pd.DataFrame, parameters: StateOfException) -> str:
    """How many estimators find a fall, and how many of them a year early."""
    own = table[table["episode"] == "state_of_exception"]
    allowed = parameters.significance + 1e-9
    found, before = (int(((rows["p_value"] <= allowed) & (rows["change"] < 0)).sum()) for rows in (own, early))
    now = (
        at_a_glance.falls(found, len(own), "estimators", "estimator") if len(own) else "no other countries in this run"
    )
    return f"{now}; for {BEFORE}, when nothing was done, {out_of(before, len(early), 'do', 'does')}"
