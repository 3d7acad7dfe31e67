"""Provinces: their changes, whether falls follow height, and what followed records before there was a decree."""

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.methods.arrays import Floats
from citizen_security.programmes.internal_armed_conflict.lines import change
from citizen_security.programmes.internal_armed_conflict.months import window
from citizen_security.programmes.internal_armed_conflict.parameters import YEAR, InternalArmedConflict

# A slope over fewer provinces says nothing.
LEAST_PROVINCES = 5

# Added to a count before its logarithm, so that a month without homicide has one.
HALF = 0.5

# Where the heights by odd and by even months agree less than this, height is mostly chance, and no slope is told.
AGREEMENT = 0.5

# A record takes as many earlier years.
LEAST_EARLIER = 3


def kept(wide: pd.DataFrame, parameters: InternalArmedConflict) -> list[str]:
    """Provinces with enough homicides, on average of all years, so that no high year chooses them.

    Parameters
    ----------
    wide : pandas.DataFrame
        From `months.by_province`.
    parameters : InternalArmedConflict

    Returns
    -------
    list of str
        From the most homicides down.
    """
    a_year = wide.sum() / (len(wide) / 12)
    return [str(name) for name in a_year[a_year >= parameters.least_homicides].sort_values(ascending=False).index]


def monthly(wide: pd.DataFrame, parameters: InternalArmedConflict) -> pd.DataFrame:
    """Months of the provinces that are looked at, one row a month and province.

    Parameters
    ----------
    wide : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        date, province, homicides.
    """
    own = wide[kept(wide, parameters)].rename_axis(index="date", columns="province")
    return own.reset_index().melt(id_vars="date", value_name="homicides")


def by_year(wide: pd.DataFrame, parameters: InternalArmedConflict, parity: int | None = None) -> pd.DataFrame:
    """Homicides of the compared months by year and province.

    Parameters
    ----------
    wide : pandas.DataFrame
    parameters : InternalArmedConflict
    parity : {0, 1}, optional
        Even or odd months alone.

    Returns
    -------
    pandas.DataFrame
        One row a year, one column for each province with enough homicides.
    """
    calendar = pd.DatetimeIndex(wide.index)
    chosen = (calendar.month >= parameters.first_month) & (calendar.month <= parameters.last_month)
    chosen &= calendar.year <= YEAR
    if parity is not None:
        chosen &= calendar.month % 2 == parity
    return wide.loc[chosen, kept(wide, parameters)].groupby(calendar[chosen].year).sum().rename_axis(index=None)


def changes(wide: pd.DataFrame, parameters: InternalArmedConflict) -> pd.DataFrame:
    """Each province's months against the same months of the year before, and of two years before.

    Parameters
    ----------
    wide : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        province, before, after (homicides), change, lower, upper (percent), two_years (percent).
    """
    sums, calendar = by_year(wide, parameters), pd.DatetimeIndex(wide.index)
    days = pd.Series(calendar.days_in_month, index=calendar)
    lengths = [int(days[window(calendar, year, parameters)].sum()) for year in (YEAR - 1, YEAR)]
    rows = []
    for province in sums.columns:
        earlier, before, after = (int(number) for number in sums[province].loc[YEAR - 2 :])
        found = change(before, after, (lengths[0], lengths[1]), parameters.confidence_level)
        two = change(earlier, after, (lengths[0], lengths[1]), parameters.confidence_level)["change"]
        rows.append({"province": province, "before": before, "after": after, **found, "two_years": two})
    return pd.DataFrame(rows).sort_values("change", ignore_index=True)


def slopes(wide: pd.DataFrame, parameters: InternalArmedConflict) -> pd.DataFrame:
    """How a year's change goes with the height of the year before, in each year that has enough earlier ones.

    Parameters
    ----------
    wide : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        year, agreement (correlation of heights by odd and by even months), plain (slope of change on height, with the
        noise that both share), slope, lower, upper (noise taken off: height from every other month and change from
        those between, and the reverse; blank where the agreement is below `AGREEMENT`).

    Notes
    -----
    Logarithms throughout. A slope of −1 is a return to the level of the earlier years; of 0, a change that has nothing
    to do with height. The jackknife leaves out one province at a time; with so many provinces as here it is rough.
    """
    first = int(pd.DatetimeIndex(wide.index).year.min()) + parameters.height_years + 1
    rows = []
    for year in range(first, YEAR + 1):
        height, moved = _halves(wide, year, parameters)
        number = height.shape[1]
        agreement = float(stats.pearsonr(height[0], height[1]).statistic)
        found = _slope(height, moved) if agreement >= AGREEMENT else float("nan")
        without = np.array(
            [_slope(np.delete(height, place, axis=1), np.delete(moved, place, axis=1)) for place in range(number)]
        )
        error = float(np.sqrt((number - 1) * without.var()))
        half = float(stats.t.isf((1 - parameters.confidence_level) / 2, number - 1)) * error
        plain = float(np.polyfit(height.mean(axis=0), moved.mean(axis=0), 1)[0])
        rows.append(
            {"year": year, "agreement": agreement, "plain": plain, "slope": found, "lower": found - half,
             "upper": found + half}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _halves(wide: pd.DataFrame, year: int, parameters: InternalArmedConflict) -> tuple[Floats, Floats]:
    """Height in the year before and change from it, in logarithms, each from odd and from even months alone.

    Both have shape (2, provinces). The two rows share no homicide, so that chance in the one is not in the other.
    """
    earlier = list(range(year - 1 - parameters.height_years, year - 1))
    height, moved = [], []
    for parity in (1, 0):
        sums = by_year(wide, parameters, parity)
        before, after = (np.log(sums.loc[one].to_numpy(float) + HALF) for one in (year - 1, year))
        height.append(before - np.log(sums.loc[earlier].mean().to_numpy(float) + HALF))
        moved.append(after - before)
    return np.array(height), np.array(moved)


def _slope(height: Floats, moved: Floats) -> float:
    """Slope of change on height, each pair from different months."""
    height, moved = (part - part.mean(axis=1, keepdims=True) for part in (height, moved))
    return float((moved[1] @ height[0] + moved[0] @ height[1]) / (2 * (height[0] @ height[1])))


def after_records(wide: pd.DataFrame, parameters: InternalArmedConflict) -> pd.DataFrame:
    """What provinces did in the year after their highest so far: before there was a decree, and after it.

    Parameters
    ----------
    wide : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        year, province, change (percent).
    """
    sums = by_year(wide, parameters)
    rows = []
    for year in sums.index[LEAST_EARLIER + 1 :]:
        before, earlier = sums.loc[year - 1], sums.loc[: year - 2].max()
        for province in sums.columns[(before > earlier).to_numpy()]:
            moved = 100 * ((sums.loc[year, province] + HALF) / (before[province] + HALF) - 1)
            rows.append({"year": int(year), "province": province, "change": float(moved)})
    return pd.DataFrame(rows, columns=["year", "province", "change"])
