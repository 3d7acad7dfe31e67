"""What a run's tables say, in words that follow them."""

import pandas as pd

from citizen_security.measures import spoken
from citizen_security.methods.panel.fixed_effects import LONG_RUN, SAME_PERIOD
from citizen_security.methods.regression.multiplicity import holm
from citizen_security.paradox.levels_or_dynamics.chance import in_levels
from citizen_security.paradox.levels_or_dynamics.estimators import of_the_driver
from citizen_security.paradox.panel.published import PUBLISHED
from citizen_security.words import counted, leaves_out_zero, listed, out_of, p_in_words, sentences, signed


def persistence_reading(series: pd.DataFrame, confidence_level: float) -> str:
    """How persistent the series are, and what the test for all countries together says.

    Parameters
    ----------
    series : pandas.DataFrame
        From `persistence_of_series`.
    confidence_level : float

    Returns
    -------
    str
    """
    known = series.dropna(subset=["persistence"])
    if known.empty:
        return "No series has enough consecutive years to say how persistent it is."
    kept = [f"{spoken(row['series'])} {_number(row['persistence'], '.2f')}" for _, row in known.iterrows()]
    first = known.iloc[0]
    against = series[series["cips_p"] < 1 - confidence_level]
    silent = series[series["cips_p"] >= 1 - confidence_level]
    untested = series[series["cips_p"].isna()]
    return sentences(
        [
            f"The share of a departure from its mean that a series keeps to the next year, in the median country: "
            f"{listed(kept)}",
            f"For {spoken(first['series'])} least squares gives {_number(first['estimate'], '.2f')} before its bias is "
            f"taken out; with the bias taken out the share is one, that of a random walk, in "
            f"{out_of(int(first['at_one']), int(first['countries']), 'countries')}",
            _of_series(
                f"{_NULL} rejects this, which speaks for a mean in some countries, not necessarily in all, for", against
            ),
            _of_series("It does not reject this for" if len(against) else f"{_NULL} does not reject this for", silent),
            f"Too few unbroken years for it: {listed([spoken(name) for name in untested['series']])}"
            if len(untested)
            else "",
        ]
    )


def chance_reading(chance: pd.DataFrame) -> str:
    """How often simulated drivers pass for an effect.

    Parameters
    ----------
    chance : pandas.DataFrame
        From `tabulate_chance`.

    Returns
    -------
    str
    """
    levels = in_levels(chance)
    changes = chance[chance["form"] == "changes"]
    if levels.empty:
        return "No sample of these drivers can carry the simulation."
    allowed = 100 * (1 - levels["confidence_level"].iloc[0])
    parts = [
        f"Of simulated drivers that have nothing to do with homicide, {_span(levels['false_independent'])} pass for an "
        f"effect with errors taken for independent, {_span(levels['false_crv1'])} with errors clustered by "
        f"country (CRV1), and {_span(levels['false_cr2'])} with clustered errors freed of their bias (CR2), "
        f"where {allowed:.3g}% should",
    ]
    if len(changes):
        parts.append(
            f"In first differences {_span(changes['false_independent'])} pass with errors taken for independent, and "
            f"{_span(changes['false_cr2'])} with CR2"
        )
    return sentences(parts)


def by_chance_sentence(chance: pd.DataFrame) -> str:
    """How many simulated drivers do as well as the observed ones, and which of these are told from chance.

    Parameters
    ----------
    chance : pandas.DataFrame
        From `tabulate_chance`.

    Returns
    -------
    str
        Which are told follows Holm's adjustment for all of them.
    """
    levels = in_levels(chance)
    if levels.empty:
        return "No sample of these drivers can carry the simulation."
    names = levels["regressor"].map(spoken)
    shares = [f"{name} {_share(share)}" for name, share in zip(names, levels["p_chance"], strict=True)]
    told = list(names[holm(levels["p_chance"]) < _limit(levels)])
    counted_as = f"looked at as one of {counted(len(names), 'driver')}, " if len(names) > 1 else ""
    return sentences(
        [
            "of drivers made up to mean nothing, with the same memory, so many do as well as the real one: "
            f"{listed(shares)}",
            f"{counted_as}{listed(told)} {'is' if len(told) < 2 else 'are'} told from chance",
        ]
    )


def _share(share: float) -> str:
    """A share in whole percent; one that would be printed as none is below one."""
    return f"{100 * share:.0f}%" if share >= 0.005 else "below 1%"


def _limit(levels: pd.DataFrame) -> float:
    """The level that p-values are held against, rounded, so that a share of exactly the level is not below it."""
    return round(1 - float(levels["confidence_level"].iloc[0]), 12)


def chance_against_quoted_reading(chance: pd.DataFrame) -> str:
    """P-values as quoted and by chance, whether the quoted ones are cautious, and where the two judge differently.

    Parameters
    ----------
    chance : pandas.DataFrame
        From `tabulate_chance`.

    Returns
    -------
    str
    """
    levels = in_levels(chance)
    if levels.empty:
        return "No p-value can be set against chance."
    names = levels["regressor"].map(spoken)
    limit = _limit(levels)
    adjusted = holm(levels["p_chance"])
    quoted, by_chance = levels["p_quoted"] < limit, levels["p_chance"] < limit
    told = [
        f"{name} {quoted_p:.3f}, {chance_p:.3f} and {holm_p:.3f}"
        for name, quoted_p, chance_p, holm_p in zip(
            names, levels["p_quoted"], levels["p_chance"], adjusted, strict=True
        )
    ]
    kept = list(names[adjusted < limit])
    return sentences(
        [
            "P-values in levels as quoted (errors CR2), by chance, and by chance corrected for the number of drivers "
            "(by Holm's method): "
            f"{'; '.join(told)}",
            _caution(names, levels["false_cr2"], limit),
            _judged("Quoted intervals include zero where chance leaves it out for", names[by_chance & ~quoted]),
            _judged("Quoted intervals leave out zero where chance does not for", names[quoted & ~by_chance]),
            "Both judge every driver alike" if (quoted == by_chance).all() else "",
            f"Corrected, {listed(kept)} {'stays' if len(kept) < 2 else 'stay'} below {100 * limit:.3g}%",
        ]
    )


def _caution(names: "pd.Series[str]", false: "pd.Series[float]", limit: float) -> str:
    """Whether CR2 finds less by chance than the level allows."""
    cautious = list(names[false < limit])
    others = list(names[false >= limit])
    if not others:
        return f"CR2 finds less than the {100 * limit:.3g}% that it may, so the quoted intervals are cautious here"
    if not cautious:
        return f"CR2 finds the {100 * limit:.3g}% that it may, or more, so the quoted intervals are not cautious here"
    level = f"{100 * limit:.3g}%"
    return f"Quoted intervals are cautious at the {level} level for {listed(cautious)}, not for {listed(others)}"


def _judged(words: str, names: "pd.Series[str]") -> str:
    return f"{words} {listed(list(names))}" if len(names) else ""


def kept_reading(effects: pd.DataFrame) -> str:
    """How many country-years the estimators keep, since lags need consecutive years."""
    parts = []
    for driver, rows in effects.dropna(subset=["observations"]).groupby("regressor", sort=False):
        counts = rows.drop_duplicates("estimator").set_index("estimator")["observations"].astype(int)
        parts.append(
            f"{spoken(str(driver))}: {counts.max():,} country-years, of which {counts.idxmin()} keeps {counts.min():,}"
            if counts.min() < counts.max()
            else f"{spoken(str(driver))}: {counts.max():,} country-years by every estimator"
        )
    return sentences(parts)


def effects_reading(effects: pd.DataFrame) -> str:
    """Smallest and largest estimate of every driver, by effect, and whose intervals leave out zero.

    Parameters
    ----------
    effects : pandas.DataFrame
        From `tabulate_effects`.

    Returns
    -------
    str
    """
    parts = []
    for driver, rows in of_the_driver(effects).groupby("regressor", sort=False):
        beyond = rows[_leave_out_zero(rows)]
        ranges = [f"in the {effect} {_range(part)}" for effect, part in rows.groupby("effect", sort=False)]
        parts.append(f"{spoken(str(driver))}: {listed(ranges)}")
        parts.append(
            f"intervals that leave out zero are those of {listed(list(beyond['name']))}"
            if len(beyond)
            else "every interval includes zero"
        )
    return sentences(parts)


def _range(rows: pd.DataFrame) -> str:
    ordered, digits = rows.sort_values("estimate", kind="stable"), _digits(rows)
    ends = [f"{signed(row['estimate'], digits)} ({row['estimator']})" for _, row in ordered.iloc[[0, -1]].iterrows()]
    return f"from {ends[0]} to {ends[1]}"


def checks_reading(checks: pd.DataFrame) -> str:
    """Which kinds of estimators leave errors that pass the checks, driver by driver.

    Parameters
    ----------
    checks : pandas.DataFrame
        From `tabulate_checks`.

    Returns
    -------
    str
    """
    parts = []
    for driver, rows in checks.groupby("regressor", sort=False):
        counted = [
            f"{out_of(int(part['white'].sum()), len(part), f'estimators of {kind}')}"
            for kind, part in _estimated(rows).groupby("kind", sort=False)
        ]
        both = _estimated(rows)
        passed = both[both["white"].astype(bool) & both["independent"].astype(bool)]
        parts.append(
            f"{spoken(str(driver))}: the check of serial correlation is passed by {listed(counted)}"
            if counted
            else f"{spoken(str(driver))}: no estimator has a number"
        )
        if counted:
            both_by = listed(list(passed["estimator"])) if len(passed) else "no estimator"
            parts.append(f"both it and the check of dependence across countries are passed by {both_by}")
    return sentences(parts)


def levels_or_dynamics_verdict(checks: pd.DataFrame) -> str:
    """For which drivers the check of serial correlation speaks for levels, for dynamics, for both or for neither.

    Parameters
    ----------
    checks : pandas.DataFrame
        From `tabulate_checks`.

    Returns
    -------
    str
    """
    level = 100 * (1 - checks["confidence_level"].iloc[0])
    told: dict[str, list[str]] = {}
    for driver, rows in checks.groupby("regressor", sort=False):
        states = [_passing(rows[rows["kind"] == kind]) for kind in ("levels", "dynamics")]
        told.setdefault(_says(*states), []).append(spoken(str(driver)))
    return sentences(
        [
            *(f"For {listed(names)} {words}" for words, names in told.items()),
            f"Tests at the {level:.3g}% significance level; to pass means that no serial correlation is found, and in "
            "short series the test has little power to find it",
        ]
    )


def _passing(rows: pd.DataFrame) -> tuple[int, int]:
    """How many estimators of a kind pass the check of serial correlation, and how many have a number."""
    known = _estimated(rows)
    return int(known["white"].astype(bool).sum()), len(known)


def _says(levels: tuple[int, int], dynamics: tuple[int, int]) -> str:
    kinds = {"levels": levels, "dynamics": dynamics}
    tested = {kind: counts for kind, counts in kinds.items() if counts[1]}
    if not tested:
        return "no estimator can be checked for serial correlation"
    counts = listed([out_of(*pair, f"estimators of {kind}") for kind, pair in tested.items()])
    passing = [kind for kind, (passed, _) in tested.items() if passed]
    found = f"{counts} pass the check of serial correlation"
    if not passing:
        return f"{found}, and none of their intervals can be relied on"
    if len(tested) < len(kinds):
        return f"{found}, and the sample carries no estimator of the other kind"
    if len(passing) == len(kinds):
        return f"{found}, which decides nothing"
    return f"{found}, which speaks for {passing[0]}"


def responses_reading(responses: pd.DataFrame) -> str:
    """Responses in the same year and at the last horizon of every driver.

    Parameters
    ----------
    responses : pandas.DataFrame
        From `tabulate_responses`.

    Returns
    -------
    str
    """
    parts = []
    for driver, rows in responses.groupby("regressor", sort=False):
        known = rows.dropna(subset=["estimate"])
        if known.empty:
            parts.append(f"{spoken(str(driver))}: too few consecutive years")
            continue
        digits = _digits(known)
        told = [
            f"{signed(row['estimate'], digits)} {_when(int(row['horizon']))} ({_interval(row, digits)})"
            for _, row in known.iloc[[0, -1] if len(known) > 1 else [0]].iterrows()
        ]
        parts.append(f"{spoken(str(driver))}: {listed(told)}")
    return sentences(parts)


def published_reading(effects: pd.DataFrame, checks: pd.DataFrame, driver: str) -> str:
    """Which estimators' intervals hold the published effect of a driver, and which do not.

    Parameters
    ----------
    effects : pandas.DataFrame
        From `tabulate_effects`, of the homicide rate.
    checks : pandas.DataFrame
        From `tabulate_checks`.
    driver : str
        One of `PUBLISHED`.

    Returns
    -------
    str
    """
    published = PUBLISHED[driver]
    rows = of_the_driver(effects[effects["regressor"] == driver])
    holds = (rows["lower"] <= published) & (published <= rows["upper"])
    number = _number(published, ".2f")
    white = set(checks[(checks["regressor"] == driver) & checks["white"].astype(bool)]["estimator"])
    same = rows["effect"] == SAME_PERIOD
    groups = (
        ("In levels", rows["kind"] == "levels"),
        ("In dynamics, for the same year's effect", (rows["kind"] == "dynamics") & same),
        ("In dynamics, for the long run", (rows["kind"] == "dynamics") & (rows["effect"] == LONG_RUN)),
    )
    return sentences(
        [
            *(_group(words, rows[part], holds[part], number) for words, part in groups if part.any()),
            _and_zero(rows[holds & _leave_out_zero(rows)], any_holds=bool(holds.any())),
            f"The check of serial correlation is passed by {listed([name for name in _names(rows) if name in white])}",
        ]
    )


def _group(words: str, rows: pd.DataFrame, holds: "pd.Series[bool]", number: str) -> str:
    inside, outside = (_names(rows[part]) for part in (holds, ~holds))
    if not outside:
        return f"{words} the published {number} lies within every interval ({listed(inside)})"
    if not inside:
        return f"{words} the published {number} lies outside every interval ({listed(outside)})"
    within = f"{words} the published {number} lies within the interval of {listed(inside)}"
    return f"{within}, and outside that of {listed(outside)}"


def _names(rows: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(rows["estimator"]))


def _and_zero(sure: pd.DataFrame, *, any_holds: bool) -> str:
    if not any_holds:
        return ""
    if sure.empty:
        return "Every interval that includes the published value includes zero, too"
    return f"Of the intervals that include it, those of {listed(list(sure['name']))} leave out zero"


_NULL = "The test for all countries together starts from a unit root in every one of them, and"


def _of_series(words: str, rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    told = [f"{spoken(row['series'])} ({p_in_words(float(row['cips_p']))})" for _, row in rows.iterrows()]
    return f"{words} {listed(told)}"


def _estimated(checks: pd.DataFrame) -> pd.DataFrame:
    return checks[checks["serial_p"].notna()] if "serial_p" in checks else checks.iloc[:0]


def _leave_out_zero(rows: pd.DataFrame) -> "pd.Series[bool]":
    beyond = [leaves_out_zero(low, high) for low, high in zip(rows["lower"], rows["upper"], strict=True)]
    return pd.Series(beyond, index=rows.index, dtype=bool)


def _span(shares: "pd.Series[float]") -> str:
    low, high = (f"{100 * share:.1f}" for share in (shares.min(), shares.max()))
    return f"{low}%" if low == high else f"{low}% to {high}%"


def _digits(rows: pd.DataFrame) -> str:
    return ".3f" if rows["outcome"].iloc[0] == "log_rate" else ".2f"


def _interval(row: "pd.Series[float]", digits: str) -> str:
    return " to ".join(_number(row[end], digits) for end in ("lower", "upper"))


def _number(value: float, digits: str) -> str:
    return f"{value:{digits}}".replace("-", "−")


def _when(horizon: int) -> str:
    return "in the same year" if horizon == 0 else f"after {horizon} year{'' if horizon == 1 else 's'}"
