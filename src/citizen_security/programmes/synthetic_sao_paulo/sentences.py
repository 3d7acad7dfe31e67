"""What the replication and the other choices say, in sentences that follow the numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE, ratio_interval
from citizen_security.methods.synthetic_control.placebos import PlaceboTest
from citizen_security.methods.synthetic_control.predictors import PredictorControl
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.estimator_names import WITH_PREDICTORS
from citizen_security.programmes.synthetic_sao_paulo.curve import small
from citizen_security.programmes.synthetic_sao_paulo.estimators import LABELS
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.replication import CODED, IMPLIED, PRINTED, SEARCHED
from citizen_security.programmes.synthetic_sao_paulo.state_panel import StatePanel
from citizen_security.words import (
    compared,
    counted,
    listed,
    number_in_words,
    out_of,
    p_in_words,
    p_with_floor,
    sentences,
    signed,
)

# What options of the curve are called.
OPTIONS: dict[str, dict[str, str]] = {
    "estimator": LABELS,
    "donors": {
        "published": "the published donors",
        "all": "all donors",
        "over_a_million": "donors of a million people or more",
    },
    "outcome": {"level": "rates", "log": "logarithms of rates"},
}

# Shares of the cells from which, and up to which, the curve speaks with one voice.
NEARLY_ALL, HARDLY_ANY = 0.9, 0.1


def option_name(choice: str, option: str) -> str:
    """What an option of the curve is called."""
    return OPTIONS.get(choice, {}).get(option, f"a start in {option}")


def option_names(options: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What each option is called, in the order of the table.

    Parameters
    ----------
    options : pandas.DataFrame
        From `by_option`.

    Returns
    -------
    dict of tuple to str
    """
    keys = zip(options["choice"], options["option"], strict=True)
    return {(choice, option): option_name(choice, option) for choice, option in keys}


def fall_sentence(found: StatePanel) -> str:
    """How far homicide fell from the start to the last year."""
    rates = found.rates(found.panel.target)
    first, last = float(rates[found.panel.before]), float(rates[-1])
    change = 100 * (last / first - 1)
    went = "fell" if change < 0 else "rose"
    years = f"{found.panel.start} to {found.panel.periods[-1]}"
    return sentences(
        [
            f"São Paulo's homicide rate {went} by {abs(change):.0f}% from {years}, from {first:.1f} to {last:.1f} per "
            "100,000"
        ]
    )


def answer_sentence(found: StatePanel, table: pd.DataFrame, curve: pd.DataFrame, confidence_level: float) -> str:
    """How many deaths were averted by matching on predictors, and what the curve makes of it."""
    (row,) = table[table["estimator"] == WITH_PREDICTORS].to_dict("records")
    years = f"{found.panel.start} to {found.panel.periods[-1]}"
    number = deaths(row["averted"])
    beyond = f"{out_of(int(curve['found'].sum()), len(curve), 'specifications')} {_find(curve)} beyond chance"
    return sentences(
        [
            f"matched on predictors, São Paulo counted {number} homicides than its synthetic control, {years} "
            f"({_interval(row['lower'], row['upper'], confidence_level)}; placebo "
            f"{p_with_floor(row['p_value'], row['floor'])})",
            f"{beyond}",
        ]
    )


def deaths(averted: float) -> str:
    """Averted deaths in words: `19,660 fewer`."""
    return f"{abs(averted):,.0f} {'fewer' if averted >= 0 else 'more'}"


def pool_sentence(found: list[tuple[str, ...]], tried: int, names: Mapping[str, str]) -> str:
    """Which states the printed means leave out."""
    if not found:
        return sentences([f"none of {tried:,} sets of states, left out, gives all the printed means"])
    told = [listed([names[code] for code in chosen]) if chosen else "no state" for chosen in found]
    if len(found) == 1:
        return sentences(
            [f"of {tried:,} sets of states one gives every printed mean to the last digit: without {told[0]}"]
        )
    return sentences(
        [f"{len(found)} of {tried:,} sets of states give every printed mean: without {listed(told, 'or')}"]
    )


def weights_sentence(weights: pd.DataFrame, printed_lives: float) -> str:
    """What the printed weights give, and what they give as the author's code takes them."""
    rows = weights.set_index("weights")
    own, code = float(rows["averted"][PRINTED]), float(rows["averted"][CODED])
    return sentences(
        [
            f"the printed weights give {own:,.0f} lives and the article {printed_lives:,.0f}, a difference of "
            f"{100 * abs(own / printed_lives - 1):.1f}%",
            f"with Paraíba where the table says Pernambuco, as in the author's code, they give {code:,.0f}",
        ]
    )


def loss_sentence(weights: pd.DataFrame, fit: PredictorControl) -> str:
    """How well the printed weights fit, and how well weights can."""
    rows = weights.set_index("weights")["loss"]
    best, own = float(rows[SEARCHED]), float(rows[PRINTED])
    better = compared(
        own / best, 1, tolerance=0.01, larger=f"{own / best:.1f} times that", smaller="less than that", alike="as much"
    )
    return sentences(
        [
            f"before the start the best weights that {len(fit.losses)} searches found leave a mean squared gap of "
            f"{best:.2f}, the printed ones {own:.2f}, {better}",
            f"donors that follow exactly from the printed weights of predictors leave {float(rows[IMPLIED]):.2f}",
        ]
    )


def near_optimal_sentence(fit: PredictorControl, averted: tuple[float, float, float], tolerance: float) -> str:
    """What weights that fit nearly as well allow."""
    ranges = fit.predictor_weights.max(axis=0) - fit.predictor_weights.min(axis=0)
    widest = int(np.argmax(ranges))
    low, high = fit.predictor_weights[:, widest].min(), fit.predictor_weights[:, widest].max()
    _, lower, upper = averted
    searches = f"{counted(fit.agreeing_starts, 'search', 'searches')} of {len(fit.losses)} and a walk from them found"
    larger = f"at most {100 * tolerance:g}% larger than the least" if tolerance else "the least"
    if len(fit.effects) == 1:
        return sentences(
            [
                f"{searches} one set of donor weights whose squared gaps are {larger}",
                f"it puts the lives saved at {minus(lower)}",
            ]
        )
    lives = f"between {minus(lower)} and {minus(upper)}" if minus(lower) != minus(upper) else f"at {minus(lower)}"
    return sentences(
        [
            f"{searches} {counted(len(fit.effects), 'set')} of donor weights whose squared gaps are {larger}",
            f"they put the lives saved {lives}",
            f"the weight of {PREDICTOR_NAMES[fit.predictors[widest]]} alone may lie between {low:.2f} and {high:.2f}",
        ]
    )


# What predictors are called in a sentence.
PREDICTOR_NAMES = {
    "years_schooling": "years of schooling",
    "gdp_per_capita": "income per head",
    "homicide_rate": "the homicide rate",
    "extreme_poverty_share": "extreme poverty",
    "gini": "inequality",
    "log_population": "population",
    "gdp_growth": "growth",
}


def timing_sentence(paths: pd.DataFrame) -> str:
    """In which years from the start on the state lay above its synthetic control."""
    late = paths[paths["after"]]
    above = late[late["observed"] > late["synthetic"]]
    if above.empty:
        return sentences([f"in every year from {late['year'].iloc[0]} on the state lay below its synthetic control"])
    last = int(above["year"].max())
    after = late[late["year"] > last]
    begins = "above it in the last year too"
    if len(after):
        begins = f"below it, and stays there, from {int(after['year'].iloc[0])} on"
    if len(after) == 1:
        begins = f"below it in the last year, {int(after['year'].iloc[0])}"
    return sentences(
        [
            f"in {out_of(len(above), len(late), 'years')} from the start on São Paulo had more homicides than its "
            f"synthetic control; it lies {begins}"
        ]
    )


def estimators_sentence(table: pd.DataFrame) -> str:
    """The fewest and the most lives that the estimators find, and how many find them beyond chance."""
    ordered = table.sort_values("averted", ignore_index=True)
    first, last = ordered.iloc[0], ordered.iloc[-1]
    return sentences(
        [
            f"the same years and donors give from {minus(first['averted'])} lives ({first['label']}) to "
            f"{minus(last['averted'])} ({last['label']})",
            f"as a share of the homicides expected, {signed(first['percent'], '.0f')}% to "
            f"{signed(last['percent'], '.0f')}%",
        ]
    )


def placebo_sentence(table: pd.DataFrame, test: PlaceboTest, parameters: SyntheticSaoPaulo) -> str:
    """Placebo p-values of the estimators, with their floor."""
    level = small(parameters.confidence_level)
    beyond = int((table["p_value"] <= level).sum())
    low, high = float(table["p_value"].min()), float(table["p_value"].max())
    return sentences(
        [
            f"among {counted(test.rank.units, 'state')} São Paulo has rank {test.rank.rank} by {parameters.design}: "
            f"{p_in_words(test.p_value)}; {test.floor_reading}",
            f"by estimator p-values run from {low:.2f} to {high:.2f}; {out_of(beyond, len(table), 'estimators')} "
            f"{'has' if beyond == 1 else 'have'} one of at most {level:g}",
            _at_odds(table, parameters),
        ]
    )


def _at_odds(table: pd.DataFrame, parameters: SyntheticSaoPaulo) -> str:
    """Why a small p-value and an interval that includes zero can stand beside each other; empty where none do."""
    both = (table["p_value"] <= small(parameters.confidence_level)) & (table["lower"] <= 0) & (table["upper"] >= 0)
    if parameters.statistic != "rmspe_ratio" or not both.any():
        return ""
    number = f"{out_of(int(both.sum()), len(table), 'estimators')} {'has' if both.sum() == 1 else 'have'}"
    return (
        f"{number} that and an interval that includes zero: the p ranks errors after the start over those before, and "
        "so asks how well a place was followed, while the interval asks how far placebos end from zero, well followed "
        "or not"
    )


def time_sentence(test: PlaceboTest) -> str:
    """How the true start stands among earlier ones."""
    years = f"{test.dates[0]} to {test.dates[-1]}" if len(test.dates) > 1 else str(test.dates[0])
    return sentences(
        [
            f"put to earlier starts, {years}, where nothing had begun, the true one has rank {test.rank.rank} of "
            f"{test.rank.units}; {test.floor_reading}"
        ]
    )


def donors_sentence(table: pd.DataFrame, whole: float, names: Mapping[str, str], design: str) -> str:
    """What the finding owes to single donors, beside that with all of them."""
    low, high = table.iloc[int(table["averted"].argmin())], table.iloc[int(table["averted"].argmax())]
    found = "{design} finds {whole} lives with all of its donors, {low} without {first} and {high} without {last}"
    return sentences(
        [
            found.format(
                design=design,
                whole=minus(whole),
                low=minus(low["averted"]),
                first=names[low["without"]],
                high=minus(high["averted"]),
                last=names[high["without"]],
            )
        ]
    )


def minus(lives: float) -> str:
    """Lives with a printed minus where more were lost than expected."""
    return f"{lives:,.0f}".replace("-", "−")


def curve_sentence(curve: pd.DataFrame, confidence_level: float) -> str:
    """How many cells of the curve find fewer deaths, how many beyond chance, and how far they lie apart."""
    low, high = float(curve["averted"].min()), float(curve["averted"].max())
    fewer, found = int((curve["averted"] > 0).sum()), int(curve["found"].sum())
    more = int(((curve["averted"] < 0) & (curve["p_value"] <= small(confidence_level))).sum())
    return sentences(
        [
            f"{out_of(fewer, len(curve), 'specifications')} {'finds' if fewer == 1 else 'find'} fewer homicides than "
            f"expected; the lives saved run from {minus(low)} to {minus(high)}",
            f"with a placebo p of at most {small(confidence_level):g} {out_of(found, len(curve), 'specifications')} "
            f"{'finds' if found == 1 else 'find'} fewer and {number_in_words(more) if more else 'none'} more; the "
            f"lowest that placebos allow is {float(curve['floor'].min()):.3f}",
        ]
    )


def curve_verdict(
    curve: pd.DataFrame, options: pd.DataFrame, confidence_level: float, own: Mapping[str, float], design: str
) -> str:
    """What the curve as a whole says, which choice it hangs on, and the run's own design where it says otherwise.

    Parameters
    ----------
    curve : pandas.DataFrame
        From `specification_curve`.
    options : pandas.DataFrame
        From `decisive`.
    confidence_level : float
    own : mapping of str to float
        `averted` and `p_value` of matching on predictors.
    design : str
        What the run's own choices are called.

    Returns
    -------
    str
    """
    share, level = float(curve["found"].mean()), small(confidence_level)
    if float(curve["floor"].min()) > level:
        return sentences([f"so few placebos cannot give a p-value of {level:g}, whatever was done"])
    told = f"{100 * share:.0f}% of the specifications find fewer homicides than chance would give, at a p of {level:g}"
    own_found = own["averted"] > 0 and own["p_value"] <= level
    itself = f"{design} finds {deaths(own['averted'])} homicides than expected, {p_in_words(own['p_value'])}"
    if share >= NEARLY_ALL and own_found:
        return sentences([f"the finding does not hang on the choices: {told}"])
    if share <= HARDLY_ANY and not own_found:
        return sentences([f"chance would do as much: {told}"])
    if share >= NEARLY_ALL or share <= HARDLY_ANY:
        return sentences([f"the answer hangs on the choices: {told}", itself])
    first, last = options.iloc[0], options.iloc[-1]
    return sentences(
        [
            f"the answer hangs on the choices: {told}",
            f"with {option_name(first['choice'], first['option'])} {first['found']} of {first['cells']} do, with "
            f"{option_name(last['choice'], last['option'])} {last['found']} of {last['cells']}",
        ]
    )


def _find(curve: pd.DataFrame) -> str:
    return "finds fewer" if int(curve["found"].sum()) == 1 else "find fewer"


def _interval(lower: float, upper: float, confidence_level: float) -> str:
    level = f"{100 * confidence_level:g}%"
    if not np.isfinite([lower, upper]).all():
        return f"so few placebos give no {level} interval"
    ends: Floats = np.array([lower, upper])
    low, high = (deaths(end) for end in ends)
    return f"{level} by placebos: {low} to {high}"


def raw_reading(found: StatePanel, confidence_level: float) -> str:
    """The change of the rate from the start to the last year, counts taken for Poisson."""
    rates, population = found.rates(found.panel.target), found.population
    first = found.panel.before
    before, after = (round(float(rates[year] * population[year] / PERSON_YEARS_OF_A_RATE)) for year in (first, -1))
    ends = ratio_interval(before, after, float(population[first]), float(population[-1]), confidence_level)
    change = 100 * (float(rates[-1] / rates[first]) - 1)
    lower, upper = (100 * (end - 1) for end in ends)
    return f"{at_a_glance.changed(change, lower, upper)}, {found.panel.periods[-1]} against {found.panel.start}"


def beside_reading(main: Mapping[str, float]) -> str:
    """The change against the published design's synthetic control, with its placebos."""
    lower, upper = (-100 * main[name] / main["expected"] for name in ("upper", "lower"))
    change = at_a_glance.changed(-main["percent"], lower, upper)
    return f"{change} beside its synthetic control; {at_a_glance.by_chance(main['p_value'], main['floor'])}"
