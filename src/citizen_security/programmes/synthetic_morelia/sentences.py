"""What Morelia's deaths and files say, in sentences that follow the numbers."""

import pandas as pd

from citizen_security.programmes import at_a_glance
from citizen_security.programmes.synthetic_morelia.parameters import SyntheticMorelia
from citizen_security.words import counted, leaves_out_zero, listed, out_of, p_in_words, sentences, signed


def percent(change: float) -> str:
    """A change in percent with its sign: `−18%`."""
    return f"{signed(change, '.0f')}%"


def with_ends(row: "pd.Series[float]") -> str:
    """A change with its interval: `−18% (−36% to +5%)`."""
    return f"{percent(row['change'])} ({percent(row['lower'])} to {percent(row['upper'])})"


def answer_sentence(changes: pd.DataFrame, designs: pd.DataFrame, parameters: SyntheticMorelia) -> str:
    """Deaths in the last year, and what synthetic Morelias say."""
    deaths = changes[changes["what"] == "deaths in Morelia"]
    own = deaths.iloc[-1]
    low, high = float(designs["change"].min()), float(designs["change"].max())
    found = int(designs["found"].sum())
    return sentences(
        [
            f"deaths in Morelia changed by {with_ends(own)} from {parameters.start}, the first year that counts as "
            f"treated, to {int(own['year'])}",
            f"against other municipalities, {counted(len(designs), 'design')} put the deaths of {parameters.start} to "
            f"{parameters.last_year} at {percent(low)} to {percent(high)} against what was to be expected",
            _beyond(designs, found, parameters),
        ]
    )


def _beyond(designs: pd.DataFrame, found: int, parameters: SyntheticMorelia) -> str:
    """How many designs go beyond chance, or that so few donors can tell of none."""
    among = "among municipalities where nothing was done"
    if float(designs["floor"].min()) > parameters.significance:
        return f"so few donors cannot tell any of that from what chance gives {among}"
    if not found:
        return f"none of that is beyond what chance gives {among}"
    number = out_of(found, len(designs), "designs", "design")
    return f"{number} {'is' if found == 1 else 'are'} beyond what chance gives {among}"


def sources_sentence(changes: pd.DataFrame) -> str:
    """The first year by deaths and by files."""
    first = changes[changes["year"] == changes["year"].min()]
    told = [f"{row['what']} {with_ends(row)}" for _, row in first.iterrows()]
    here = first[first["what"].str.endswith("in Morelia")]
    apart = len(here) > 1 and float(here["change"].max() - here["change"].min()) > 10
    return sentences(
        [
            f"from the start to {int(first['year'].iloc[0])}: {listed(told)}",
            "who counts decides how much of a success it was" if apart else "",
        ]
    )


def state_sentence(beside: pd.DataFrame) -> str:
    """Morelia beside the rest of the state."""
    told = [f"{with_ends(row)} in {int(row['year'])}" for _, row in beside.iterrows()]
    clear = all(leaves_out_zero(row["lower"], row["upper"]) for _, row in beside.iterrows())
    return sentences(
        [
            f"beside the rest of Michoacán deaths changed by {listed(told)}",
            "these intervals know chance in counting alone, and not how differently places go on from one year to the "
            "next"
            if clear
            else "",
        ]
    )


def designs_sentence(designs: pd.DataFrame) -> str:
    """Each design with its placebo p."""
    told = [
        f"{percent(row['change'])} {row['design_name']} ({p_in_words(row['p_value'])})" for _, row in designs.iterrows()
    ]
    floor = float(designs["floor"].iloc[0])
    return sentences(
        [
            f"beside {int(designs['donors'].iloc[0])} municipalities, as the mean of the years' ratios: {listed(told)}",
            f"no p below {floor:.3f} can come of so many",
        ]
    )


def time_sentence(earlier: pd.DataFrame) -> str:
    """What the designs find at earlier starts."""
    told = []
    for name, rows in earlier.groupby("design_name", sort=False):
        own = float(rows.loc[rows["own"], "change"].iloc[0])
        early = rows.loc[~rows["own"], "change"]
        told.append(f"{int((early.abs() >= abs(own)).sum())} of {len(early)} {name}")
    return sentences([f"earlier starts, at which nothing was done, that give a change as large: {listed(told)}"])


def curve_sentence(curve: pd.DataFrame) -> str:
    """All combinations, and what the last year does."""
    found = int(curve["found"].sum())
    middle = curve.groupby("last")["change"].median()
    number = f"{found} of them" if 0 < found < len(curve) else "all" if found else "none"
    told = [f"{percent(float(change))} to {last}" for last, change in zip(middle.index, middle, strict=True)]
    return sentences(
        [
            f"{counted(len(curve), 'combination')} of start ({_years(curve['start'])}), last year "
            f"({_years(curve['last'])}), donors and design run from "
            f"{percent(float(curve['change'].min()))} to {percent(float(curve['change'].max()))}; "
            f"{number} {'is' if found == 1 else 'are'} a fall beyond chance",
            f"the median by last year: {listed(told)}" if len(told) > 1 else "",
        ]
    )


def _years(years: "pd.Series[int]") -> str:
    """The years that were tried: `2015 or 2016`."""
    return listed([str(year) for year in sorted(set(years))], "or")


def verdict(curve: pd.DataFrame, parameters: SyntheticMorelia) -> str:
    """What the notebook comes to."""
    able = curve[curve["floor"] <= parameters.significance]
    if able.empty:
        return sentences(["so few donors can give no small p: a verdict needs more of them"])
    share = float(able["found"].mean())
    number = out_of(int((able["change"] < 0).sum()), len(able), "combinations", "combination")
    if share == 0:
        return sentences(
            [
                f"that the police made Morelia safer is not shown: {number} with donors enough for a small p find "
                "fewer deaths than expected, and none beyond chance",
                f"these run from {percent(float(able['change'].min()))} to {percent(float(able['change'].max()))}; "
                "that the police had no effect is not shown either",
            ]
        )
    kept = "most choices" if share > 0.5 else "some choices"
    return sentences(
        [
            f"{100 * share:.0f}% of combinations with enough donors find a fall beyond chance: the finding stands "
            f"under {kept} and falls under others"
            if share < 1
            else "every combination with enough donors finds a fall beyond chance"
        ]
    )


def raw_reading(changes: pd.DataFrame, parameters: SyntheticMorelia) -> str:
    """Deaths in the last year against the year of the start."""
    row = changes[changes["what"] == "deaths in Morelia"].iloc[-1]
    change = at_a_glance.changed(row["change"], row["lower"], row["upper"])
    return f"{change}, {int(row['year'])} against {parameters.start}"


def beside_reading(designs: pd.DataFrame) -> str:
    """What the designs give beside other municipalities."""
    found = at_a_glance.between(designs["change"].tolist(), designs["p_value"].tolist(), "designs")
    return f"{found}, beside other municipalities; none can be below {float(designs['floor'].max()):.2g}"
