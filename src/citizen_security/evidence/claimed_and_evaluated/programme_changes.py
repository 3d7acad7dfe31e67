"""Raw changes before and after the start of four programmes, and their changes beside other places."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.count_changes import raw_change, relative_change, unknown_change
from citizen_security.evidence.claimed_and_evaluated.pacification_units import rio
from citizen_security.evidence.claimed_and_evaluated.programme_series import Series, ecuador, morelia, plateros


def programme_changes(
    tables: Mapping[str, pd.DataFrame], *, months: int, confidence_level: float, unit_resamples: int, seed: int
) -> pd.DataFrame:
    """Raw change of each programme, and its change relative to other places where the table has them.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        mexico_city_sector_month, morelia_year, ecuador_province_month, rio_pacification_month.
    months : int
        Length of the windows of monthly series that have a date of their own.
    confidence_level : float
    unit_resamples : int
        Resamples of pacification units.
    seed : int

    Returns
    -------
    pandas.DataFrame
        programme, place, counted, windows, before, after, change, lower, upper (percent), others, relative_change,
        relative_lower, relative_upper (percent; nan where there are no others), note.

    Notes
    -----
    Intervals suppose Poisson counts, which is too little variation; those of Rio resample the units.
    """
    annual = [
        plateros(tables["mexico_city_sector_month"]),
        *morelia(tables["morelia_year"]),
        ecuador(tables["ecuador_province_month"], months),
    ]
    rows = [_row(series, confidence_level) for series in annual]
    units = rio(tables["rio_pacification_month"], months, confidence_level, unit_resamples, seed)
    return pd.DataFrame([*rows, *units])


def _row(series: Series, confidence_level: float) -> dict[str, object]:
    before, after = series.counts
    raw = raw_change(before, after, 1, 1, confidence_level=confidence_level)
    compared = (*series.counts, *series.other_counts)
    relative = relative_change(compared, confidence_level=confidence_level) if series.others else unknown_change()
    words = {name: getattr(series, name) for name in ("programme", "place", "counted", "windows")}
    beside = {"others": series.others, **{f"relative_{name}": value for name, value in relative.items()}}
    return {**words, "before": before, "after": after, **raw, **beside, "note": series.note}
