"""The values that `cities/every_municipality` records of constant risk on counted cities."""

from typing import TYPE_CHECKING

from citizen_security.cities.every_municipality.current_headline import say_current_check
from citizen_security.cities.every_municipality.forecasts import CONSTANT, MODEL, RIVALS, forecast_table, gain_over
from citizen_security.cities.every_municipality.headline import say_check
from citizen_security.values import Missing, Value
from citizen_security.words import by_interval, counted, listed, sentences

if TYPE_CHECKING:
    import pandas as pd

    from citizen_security.cities.every_municipality.counted_cities import CountedCities
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality


def cities_values(
    cities: "CountedCities | None", reason: str, parameters: "EveryMunicipality"
) -> list[Value | Missing]:
    """That constant risk converges on counted cities, what its own check says, and how it forecasts.

    Parameters
    ----------
    cities : CountedCities or None
    reason : str
        Of `put_to_cities`.
    parameters : EveryMunicipality

    Returns
    -------
    list of Value or Missing
        Missing where the run has no model of constant risk.
    """
    if cities is None:
        return [Missing(names="cities_*", reason=reason.rstrip("."))]
    checks = " ".join([say_check(cities.constant_checks), say_current_check(cities.current_checks)])
    return [
        Value(
            name="cities_convergence_sentence",
            value=say_convergence(cities, parameters),
            label="whether the sampler of constant risk converges on counted cities",
        ),
        Value(name="cities_check_verdict", value=checks, label="what the checks of both models say on counted cities"),
        Value(
            name="cities_forecast_verdict",
            value=say_forecasts(cities.scores, parameters),
            label="how constant risk forecasts counted cities",
        ),
    ]


def say_convergence(cities: "CountedCities", parameters: "EveryMunicipality") -> str:
    """What the diagnostics of the sampler say, as a sentence.

    Parameters
    ----------
    cities : CountedCities
        Of a fit that passed its gate.
    parameters : EveryMunicipality
        `effort`, which decides the gate.

    Returns
    -------
    str
    """
    panel, found = cities.panel, cities.diagnostics
    cities_counted = counted(len(panel.places), "large municipality", "large municipalities")
    passed = "converges" if parameters.effort == "full" else "passes the relaxed gate of a quick run"
    return sentences(
        [
            f"on {cities_counted} of Brazil in {counted(len(panel.groups), 'state')}, {panel.years[0]} to "
            f"{panel.years[-1]}, the sampler {passed}: R-hat is at most {found.maximum_r_hat:.3f}, and the smallest "
            f"effective sample is {found.minimum_effective_sample:,.0f}"
        ]
    )


def say_forecasts(scores: "pd.DataFrame", parameters: "EveryMunicipality") -> str:
    """How constant risk did on the years held out, against the best other empirical Bayes and the model of risk now.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `forecast_scores`, not empty.
    parameters : EveryMunicipality
        `credible_level` and `seed`.

    Returns
    -------
    str
    """
    level = parameters.credible_level
    table = forecast_table(scores, level, parameters.seed).set_index("forecaster")
    others = [name for name, (_, pooled) in RIVALS.items() if pooled and name != CONSTANT]
    best = str(table["log_score"][others].idxmax())
    names = {CONSTANT: "constant risk", best: best.replace("Bayes, ", "Bayes on the "), MODEL: "the model of risk now"}
    covered = listed([f"{table['covered'][name]:.0%} with {said}" for name, said in names.items()])
    years = listed([str(year) for year in sorted(scores["year"].unique())])
    against = listed([_say_gain(scores, rival, names[rival], parameters) for rival in (best, MODEL)])
    return sentences(
        [
            f"the central {level:.0%} of the forecasts held, of the counts of {years}, {covered}",
            f"by the log score of a place and year, constant risk is {against}",
        ]
    )


def _say_gain(scores: "pd.DataFrame", rival: str, said: str, parameters: "EveryMunicipality") -> str:
    """Which of two is ahead by the log score, and by how much."""
    verdict = gain_over(scores, CONSTANT, rival, parameters.credible_level, parameters.seed)
    (lower, upper), gain = verdict.interval, verdict.gain
    return by_interval(
        lower,
        upper,
        above=f"{gain:.1f} log units ahead of {said} ({lower:.1f} to {upper:.1f})",
        below=f"{-gain:.1f} log units behind {said} ({-upper:.1f} to {-lower:.1f})",
        neither=f"not to be told from {said}",
    )
