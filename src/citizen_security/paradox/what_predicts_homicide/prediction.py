"""Does poverty help to predict homicide? Held-out predictions, the baselines beside them, and what a block gains.

Two questions are kept apart. In a country never seen, whole countries are left out and nothing of their homicide is
known. In the next years of known countries, each forecast is made from the years up to its origin alone, and the
models predict the change from the last value, which is the baseline to beat.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNetCV
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from citizen_security.measures import PREDICTOR_BLOCKS
from citizen_security.methods.resampling import clustered_ratio
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES
from citizen_security.paradox.parameters import Outcome
from citizen_security.paradox.what_predicts_homicide.parameters import Learner, WhatPredictsHomicide

if TYPE_CHECKING:
    from numpy.typing import NDArray

HISTORY = "history"
HISTORY_COLUMNS = ("last_value", "mean_to_date", "latest_change")
LAST_VALUE = "last_value"
COUNTRY_MEAN = "mean_to_date"

# Columns of predictions that say which row it is, and what was to be predicted.
IDENTITY = ("iso3", "year", "target_year", "target")
NO_POVERTY = ", no poverty"

# What would let homicide, or what is made of it, predict homicide.
LEFT_OUT = {
    "convictions per homicide, convicted persons": "homicide is in the denominator, or moves the cases that can be won",
    "homicide of men, of women, with firearms": "parts of the outcome",
    "life expectancy, human development index": "killings of young men lower them",
    "rule of law, government effectiveness": "rest in part on experts' opinion of violence",
    "trust in the police, robbery, kidnapping": "answers to violence or violence itself, for few country-years",
    "line-up of poverty": "interpolated between surveys, so it knows the next one; a choice of poverty_measures",
}

TRAINING_MEAN = "mean of the training countries"
WORLD_MEAN = "mean of the rest of the world"
MODELS: tuple[Learner, ...] = ("elastic_net", "random_forest", "gradient_boosting")

MINIMUM_TRAINING_ROWS = 50
MINIMUM_ORIGINS = 5

Reading = Literal[
    "helps by more than the smallest gain of interest",
    "helps, though perhaps by less than would matter",
    "does not help by as much as would matter",
    "makes predictions worse",
    "undecided",
]


@dataclass(frozen=True)
class Fold:
    """Rows that a model learns from and rows that it is tried on.

    Attributes
    ----------
    name : str
        Of the fold: a number for countries left out, the year of origin for forecasts.
    train, test : numpy.ndarray of int
        Positions of rows.
    """

    name: str
    train: "NDArray[np.int64]"
    test: "NDArray[np.int64]"


@dataclass(frozen=True)
class Learning:
    """How long the models learn.

    Attributes
    ----------
    trees : int
        Trees of the random forest.
    rounds : int
        Rounds of boosting.
    seed : int
    """

    trees: int = 40
    rounds: int = 60
    seed: int = 0


@dataclass(frozen=True)
class FittedFold:
    """A model fitted on one fold's training rows.

    Attributes
    ----------
    fold : Fold
    columns : tuple of str
        Predictors.
    pipeline : sklearn.pipeline.Pipeline
    offset : str or None
        Column added to the pipeline's predictions: forecasts are of the change from the last value.
    """

    fold: Fold
    columns: tuple[str, ...]
    pipeline: Pipeline
    offset: str | None

    def predict(self, rows: pd.DataFrame) -> "NDArray[np.float64]":
        """Predictions of `target`, in its units, shape (rows,)."""
        predicted: NDArray[np.float64] = self.pipeline.predict(rows[list(self.columns)])
        return predicted if self.offset is None else predicted + rows[self.offset].to_numpy(dtype=float)


@dataclass(frozen=True)
class Gain:
    """Share of an error that goes when one prediction takes the place of another.

    Attributes
    ----------
    estimate, lower, upper : float
        Per cent of the mean absolute error; negative where the error grows.
    observations, clusters : int
    """

    estimate: float
    lower: float
    upper: float
    observations: int
    clusters: int


def learning(parameters: WhatPredictsHomicide) -> Learning:
    """How long the models learn at the chosen effort."""
    if parameters.effort == "full":
        return Learning(seed=parameters.seed)
    return Learning(trees=25, rounds=30, seed=parameters.seed)


def block_columns(parameters: WhatPredictsHomicide) -> dict[str, tuple[str, ...]]:
    """Predictors of each chosen block."""
    chosen = {block: PREDICTOR_BLOCKS[block].columns for block in parameters.blocks}
    return chosen | {"poverty": tuple(parameters.poverty_measures)} if "poverty" in chosen else chosen


def columns_of(blocks: dict[str, tuple[str, ...]], *, without: str = "") -> tuple[str, ...]:
    """Predictors of all blocks but one."""
    return tuple(column for block, columns in blocks.items() if block != without for column in columns)


def known_predictors(panel: pd.DataFrame, parameters: WhatPredictsHomicide) -> pd.DataFrame:
    """Predictors as they stood in each year: the last figure of the country, at most `carry_forward` years old.

    Nothing is taken from a later year, so a row is the same whatever follows it.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`: one row for each country and year.
    parameters : WhatPredictsHomicide

    Returns
    -------
    pandas.DataFrame
        iso3, year, rate, log_rate, the predictors, and `usable` (whether poverty is known, or need not be), sorted by
        country and year.
    """
    columns = list(columns_of(block_columns(parameters)))
    ordered = panel.assign(log_population=np.log(panel["population"])).sort_values(["iso3", "year"], ignore_index=True)
    known = ordered[["iso3", "year", "rate", "log_rate", *columns]].astype(dict.fromkeys(columns, float))
    if parameters.carry_forward > 0:
        known[columns] = known.groupby("iso3")[columns].ffill(limit=parameters.carry_forward)
    poverty_known = known[list(parameters.poverty_measures)].notna().all(axis=1)
    return known.assign(usable=poverty_known | (not parameters.require_poverty))


def world_means(world: pd.DataFrame, countries: Sequence[str], outcome: Outcome) -> "pd.Series[float]":
    """Mean outcome of the countries outside the panel, by year.

    Parameters
    ----------
    world : pandas.DataFrame
        The table `world_homicide`.
    countries : sequence of str
        ISO codes of the panel, which are left out: a country to be predicted must not help to predict itself.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    pandas.Series
        Indexed by year; of positive rates where the outcome is their logarithm.
    """
    others = world[~world["iso3"].isin(list(countries))].dropna(subset=["homicide_rate"])
    if outcome == "log_rate":
        others = others[others["homicide_rate"] > 0].assign(homicide_rate=lambda rows: np.log(rows["homicide_rate"]))
    return others.groupby("year")["homicide_rate"].mean()


def unseen_country_rows(
    panel: pd.DataFrame, parameters: WhatPredictsHomicide, world: "pd.Series[float]"
) -> pd.DataFrame:
    """Country-years to be predicted from the same year's predictors, nothing being known of the country's homicide.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : WhatPredictsHomicide
    world : pandas.Series
        From `world_means`.

    Returns
    -------
    pandas.DataFrame
        iso3, year, target_year, target, world_mean and the predictors; one row for each country-year with an outcome
        and, unless `require_poverty` is off, a figure of poverty.
    """
    known = known_predictors(panel, parameters)
    rows = known[known["usable"] & known[parameters.outcome].notna()]
    return rows.assign(
        target_year=rows["year"], target=rows[parameters.outcome], world_mean=rows["year"].map(world)
    ).reset_index(drop=True)


def next_year_rows(panel: pd.DataFrame, parameters: WhatPredictsHomicide) -> pd.DataFrame:
    """Forecasts to be made: what is known of a country in a year, and its outcome `horizon` years later.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : WhatPredictsHomicide

    Returns
    -------
    pandas.DataFrame
        iso3, year (the origin), target_year, target, last_value, mean_to_date, latest_change and the predictors; one
        row for each origin with an outcome then and `horizon` years later.
    """
    known = known_predictors(panel, parameters)
    outcome = known.groupby("iso3")[parameters.outcome]
    before = outcome.ffill().groupby(known["iso3"]).shift()
    to_date = outcome.expanding().mean().reset_index(level=0, drop=True)
    origins = known.assign(
        last_value=known[parameters.outcome],
        mean_to_date=to_date,
        latest_change=known[parameters.outcome] - before,
        target_year=known["year"] + parameters.horizon,
    )
    later = known[["iso3", "year", parameters.outcome]].set_axis(["iso3", "target_year", "target"], axis=1)
    rows = origins.merge(later, on=["iso3", "target_year"], how="left", validate="one_to_one")
    return rows[rows["usable"] & rows["last_value"].notna() & rows["target"].notna()].reset_index(drop=True)


def country_folds(rows: pd.DataFrame, folds: int, seed: int) -> list[Fold]:
    """Folds that each leave out whole countries.

    Parameters
    ----------
    rows : pandas.DataFrame
        iso3.
    folds : int
        Wanted; at most one for each country.
    seed : int

    Returns
    -------
    list of Fold
    """
    count = min(folds, rows["iso3"].nunique())
    splitter = GroupKFold(count, shuffle=True, random_state=seed)
    splits = splitter.split(rows, groups=rows["iso3"])
    return [Fold(str(number), train, test) for number, (train, test) in enumerate(splits, start=1)]


def forward_folds(rows: pd.DataFrame, first_origin: int, step: int = 1) -> list[Fold]:
    """Folds that walk forward in time: learn from outcomes known by the origin, predict from the origin.

    Parameters
    ----------
    rows : pandas.DataFrame
        year (the origin), target_year.
    first_origin : int
    step : int
        Years from one origin to the next.

    Returns
    -------
    list of Fold
    """
    origins = sorted(rows.loc[rows["year"] >= first_origin, "year"].unique())[::step]
    return [
        Fold(
            str(origin),
            np.flatnonzero(rows["target_year"] <= origin),
            np.flatnonzero(rows["year"] == origin),
        )
        for origin in origins
    ]


def build_pipeline(model: Learner, countries: "NDArray[Any]", settings: Learning) -> Pipeline:
    """Imputation, scaling and a model in one, so that nothing is learnt from rows that are held out.

    Gaps are filled with the training median and marked by an indicator. The elastic net's penalty is chosen by
    cross-validation over whole countries.

    Parameters
    ----------
    model : {"elastic_net", "random_forest", "gradient_boosting"}
    countries : numpy.ndarray, shape (training rows,)
        Country of each training row.
    settings : Learning

    Returns
    -------
    sklearn.pipeline.Pipeline
    """
    filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    if model == "random_forest":
        forest = RandomForestRegressor(
            settings.trees, min_samples_leaf=5, max_features=1 / 3, n_jobs=1, random_state=settings.seed
        )
        return make_pipeline(filled, forest)
    if model == "gradient_boosting":
        boosting = HistGradientBoostingRegressor(
            learning_rate=0.08,
            max_iter=settings.rounds,
            max_leaf_nodes=8,
            min_samples_leaf=15,
            early_stopping=False,
            random_state=settings.seed,
        )
        return make_pipeline(filled, boosting)
    return make_pipeline(filled, StandardScaler(), _elastic_net(countries))


def fit_folds(
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    columns: Sequence[str],
    model: Learner,
    settings: Learning,
    *,
    offset: str | None = None,
) -> list[FittedFold]:
    """A model fitted on the training rows of each fold.

    Parameters
    ----------
    rows : pandas.DataFrame
        iso3, target, and the predictors.
    folds : sequence of Fold
    columns : sequence of str
        Predictors.
    model : {"elastic_net", "random_forest", "gradient_boosting"}
    settings : Learning
    offset : str, optional
        Column from which the change is predicted, such as the last value.

    Returns
    -------
    list of FittedFold
    """
    target = rows["target"] if offset is None else rows["target"] - rows[offset]
    countries = rows["iso3"].to_numpy()
    fitted = []
    for fold in folds:
        pipeline = build_pipeline(model, countries[fold.train], settings)
        pipeline.fit(rows[list(columns)].iloc[fold.train], target.iloc[fold.train])
        fitted.append(FittedFold(fold, tuple(columns), pipeline, offset))
    return fitted


def held_out(rows: pd.DataFrame, fitted: Sequence[FittedFold]) -> "pd.Series[float]":
    """Prediction of each held-out row by the model that has not seen it; missing for rows never held out."""
    predicted = np.full(len(rows), np.nan)
    for one in fitted:
        predicted[one.fold.test] = one.predict(rows.iloc[one.fold.test])
    return pd.Series(predicted, index=rows.index)


def training_means(rows: pd.DataFrame, folds: Sequence[Fold]) -> "pd.Series[float]":
    """Baseline for a country never seen: the mean of the training countries, each counting once."""
    predicted = pd.Series(np.nan, index=rows.index)
    for fold in folds:
        train = rows.iloc[fold.train]
        predicted.iloc[fold.test] = train.groupby("iso3")["target"].mean().mean()
    return predicted


def baselines(rows: pd.DataFrame, folds: Sequence[Fold]) -> dict[str, "pd.Series[float]"]:
    """Predictions that need no model: means for countries never seen, the last value and the mean for known ones."""
    if LAST_VALUE in rows:
        return {"last value": rows[LAST_VALUE], "mean of the country's years": rows[COUNTRY_MEAN]}
    return {TRAINING_MEAN: training_means(rows, folds), WORLD_MEAN: rows["world_mean"]}


def predict_all(
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    blocks: dict[str, tuple[str, ...]],
    settings: Learning,
    fitted: dict[Learner, list[FittedFold]] | None = None,
) -> pd.DataFrame:
    """Held-out predictions of the baselines, and of every model with and without the poverty block.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `unseen_country_rows` or `next_year_rows`.
    folds : sequence of Fold
    blocks : dict
        From `block_columns`; the history of homicide is added where the rows have it.
    settings : Learning
    fitted : dict, optional
        Filled with the models that use every block, by name.

    Returns
    -------
    pandas.DataFrame
        iso3, year, target_year, target, one column for each baseline, one for each model, and one for each model
        without poverty, named `<model>, no poverty`; held-out rows only.
    """
    offset = LAST_VALUE if LAST_VALUE in rows else None
    blocks = with_history(rows, blocks)
    columns: dict[str, pd.Series[float]] = baselines(rows, folds)
    for model in MODELS:
        models = fit_folds(rows, folds, columns_of(blocks), model, settings, offset=offset)
        bare = fit_folds(rows, folds, columns_of(blocks, without="poverty"), model, settings, offset=offset)
        columns |= {model: held_out(rows, models), without_poverty(model): held_out(rows, bare)}
        if fitted is not None:
            fitted[model] = models
    tested = np.sort(np.concatenate([fold.test for fold in folds]))
    return rows[list(IDENTITY)].assign(**columns).iloc[tested].reset_index(drop=True)


def without_poverty(model: str) -> str:
    """Column of `predict_all` for a model that does without the poverty block."""
    return f"{model}{NO_POVERTY}"


def with_history(rows: pd.DataFrame, blocks: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The blocks, led by the history of homicide where the rows have it."""
    return {HISTORY: HISTORY_COLUMNS, **blocks} if LAST_VALUE in rows else dict(blocks)


def relative_gain(
    before: "NDArray[np.float64]",
    after: "NDArray[np.float64]",
    clusters: "NDArray[Any]",
    confidence_level: float,
    draws: int,
    seed: int,
) -> Gain:
    """Per cent of the mean absolute error that goes when one prediction takes the place of another.

    Both errors of a row stay together (the comparison is paired) and all rows of a cluster are drawn together. The
    models are those that were fitted: the interval is about which clusters there are to predict, not about what the
    models would have learnt from other ones.

    Parameters
    ----------
    before, after : numpy.ndarray, shape (rows,)
        Absolute errors without and with what is judged.
    clusters : numpy.ndarray, shape (rows,)
        Country (or year) of each row.
    confidence_level : float
        Of the percentile interval.
    draws : int
    seed : int

    Returns
    -------
    Gain

    Raises
    ------
    ValueError
        If the error before is zero everywhere: no share of nothing can go.
    """
    if not before.sum() > 0:
        raise ValueError("the error to be reduced is zero, so no share of it can go; compare with another prediction")
    left, *ends = clustered_ratio(after, before, clusters, confidence_level, draws, seed)
    lower, upper = (100 * (1 - end) for end in reversed(ends))
    return Gain(100 * (1 - left), lower, upper, len(before), len(np.unique(clusters)))


def compare(
    predictions: pd.DataFrame, before: str, after: str, parameters: WhatPredictsHomicide, cluster: str = "iso3"
) -> Gain:
    """Gain of one column of predictions over another, on the rows that both predict.

    Parameters
    ----------
    predictions : pandas.DataFrame
        target, the two columns, and the clusters.
    before, after : str
    parameters : WhatPredictsHomicide
        confidence_level, bootstrap_draws, seed, effort.
    cluster : str
        Column whose levels are drawn with replacement.

    Returns
    -------
    Gain
    """
    rows = predictions.dropna(subset=[before, after])
    errors = [(rows["target"] - rows[name]).abs().to_numpy(dtype=float) for name in (before, after)]
    return relative_gain(
        errors[0],
        errors[1],
        rows[cluster].to_numpy(),
        parameters.confidence_level,
        effective_draws(parameters),
        parameters.seed,
    )


def effective_draws(parameters: WhatPredictsHomicide) -> int:
    """Draws of each bootstrap at the chosen effort."""
    return parameters.bootstrap_draws if parameters.effort == "full" else min(parameters.bootstrap_draws, 499)


def score_table(predictions: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Errors of several predictions of the same rows.

    Parameters
    ----------
    predictions : pandas.DataFrame
        target and one column for each name.
    names : sequence of str

    Returns
    -------
    pandas.DataFrame
        prediction, mean_absolute_error and root_mean_square_error (units of the target), r_squared (one minus the
        squared error over that of the mean of the held-out targets, which no forecaster knows), observations,
        countries.
    """
    return pd.DataFrame([{"prediction": name, **_scores(predictions.dropna(subset=[name]), name)} for name in names])


def prediction_scores(predictions: pd.DataFrame) -> pd.DataFrame:
    """Errors of every baseline and model of `predict_all`: the columns of `score_table`, and kind."""
    names = [str(name) for name in predictions.columns if name not in IDENTITY]
    kinds = ["model" if name.removesuffix(NO_POVERTY) in MODELS else "baseline" for name in names]
    return score_table(predictions, names).assign(kind=kinds)


def by_question(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of several questions in one, whose first column, question, tells them apart."""
    parts = [table.drop(columns="question", errors="ignore").assign(question=name) for name, table in tables.items()]
    joined = pd.concat(parts, ignore_index=True)
    return joined[["question", *(name for name in joined.columns if name != "question")]]


def best_of(predictions: pd.DataFrame, names: Sequence[str]) -> str:
    """The one of several predictions with the smallest mean absolute error."""
    scores = score_table(predictions, names)
    return str(scores.sort_values("mean_absolute_error", kind="stable")["prediction"].iloc[0])


def skill_table(predictions: pd.DataFrame, references: Sequence[str], parameters: WhatPredictsHomicide) -> pd.DataFrame:
    """Gain of each model over each baseline.

    Parameters
    ----------
    predictions : pandas.DataFrame
        From `predict_all`.
    references : sequence of str
        Baselines.
    parameters : WhatPredictsHomicide

    Returns
    -------
    pandas.DataFrame
        model, baseline, and the fields of `Gain`.
    """
    return pd.DataFrame(
        [
            {"model": model, "baseline": reference, **vars(compare(predictions, reference, model, parameters))}
            for model in MODELS
            for reference in references
        ]
    )


def poverty_gain_table(
    predictions: pd.DataFrame, parameters: WhatPredictsHomicide, clusters: Sequence[str] = ("iso3",)
) -> pd.DataFrame:
    """What the poverty block takes off the error of each model, and how that reads.

    Parameters
    ----------
    predictions : pandas.DataFrame
        From `predict_all`.
    parameters : WhatPredictsHomicide
    clusters : sequence of str
        Columns whose levels are drawn with replacement, each in turn.

    Returns
    -------
    pandas.DataFrame
        model, drawn, the fields of `Gain`, reading.
    """
    found = [
        (model, cluster, compare(predictions, without_poverty(model), model, parameters, cluster))
        for model in MODELS
        for cluster in clusters
    ]
    return pd.DataFrame(
        [
            {"model": model, "drawn": cluster, **vars(gain), "reading": read_gain(gain, parameters.smallest_gain)}
            for model, cluster, gain in found
        ]
    )


def read_gain(gain: Gain, smallest: float) -> Reading:
    """What an interval of a gain says, held against the smallest gain that would matter.

    Parameters
    ----------
    gain : Gain
    smallest : float
        Per cent of the mean absolute error.

    Returns
    -------
    str
    """
    if gain.lower > smallest:
        return "helps by more than the smallest gain of interest"
    if gain.upper < 0:
        return "makes predictions worse"
    if gain.upper < smallest:
        return "does not help by as much as would matter"
    return "helps, though perhaps by less than would matter" if gain.lower > 0 else "undecided"


def block_gains(
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    blocks: dict[str, tuple[str, ...]],
    predictions: pd.DataFrame,
    parameters: WhatPredictsHomicide,
    model: Learner = "elastic_net",
) -> pd.DataFrame:
    """What each block adds to all others, and what it gives alone, with one model.

    Alone, a block is held against the mean of the training countries, or beside the history of homicide against that
    history alone.

    Parameters
    ----------
    rows : pandas.DataFrame
    folds : sequence of Fold
    blocks : dict
        From `block_columns`.
    predictions : pandas.DataFrame
        From `predict_all`, for the model with every block.
    parameters : WhatPredictsHomicide
    model : {"elastic_net", "random_forest", "gradient_boosting"}

    Returns
    -------
    pandas.DataFrame
        block, comparison (`added to the others` or `alone`), and the fields of `Gain`.
    """
    every = with_history(rows, blocks)
    history = {name: every[name] for name in every if name == HISTORY}
    settings = learning(parameters)

    def tried(columns: Sequence[str]) -> "NDArray[np.float64]":
        return _held_out_from(rows, folds, columns, model, settings)

    known = predictions.assign(nothing=tried(columns_of(history)) if history else predictions[TRAINING_MEAN])
    found = []
    for block in blocks:
        known = known.assign(
            less=tried(columns_of(every, without=block)), alone=tried(columns_of(history | {block: blocks[block]}))
        )
        comparisons = (("added to the others", "less", model), ("alone", "nothing", "alone"))
        found += [
            {"block": block, "comparison": comparison, **vars(compare(known, before, after, parameters))}
            for comparison, before, after in comparisons
        ]
    return pd.DataFrame(found)


def prediction_problems(panel: pd.DataFrame, parameters: WhatPredictsHomicide) -> list[str]:
    """Reasons why nothing can be learnt or tried on a panel; empty where it can.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of str
        Sentences that say what is missing and what to do.
    """
    blocks = block_columns(parameters)
    known = known_predictors(panel, parameters)
    empty = [column for column in columns_of(blocks) if known[column].notna().sum() == 0]
    if empty:
        return [
            f"{', '.join(empty)} has no figure in the chosen countries and years, so it predicts nothing. Leave its "
            "block out of blocks (or the measure out of poverty_measures), add countries or lengthen the period."
        ]
    seen = unseen_country_rows(panel, parameters, pd.Series(dtype=float))
    return [*_country_problems(seen), *_origin_problems(next_year_rows(panel, parameters), parameters)]


def _country_problems(rows: pd.DataFrame) -> Iterator[str]:
    countries = sorted(rows["iso3"].unique())
    if len(countries) < MINIMUM_COUNTRIES:
        yield (
            f"only {len(countries)} countries ({', '.join(countries) or 'none'}) have figures of homicide and poverty; "
            f"to learn from some, predict others and say how uncertain that is takes {MINIMUM_COUNTRIES}. Add "
            "countries, lengthen the period, raise carry_forward, or set require_poverty to false."
        )


def _origin_problems(rows: pd.DataFrame, parameters: WhatPredictsHomicide) -> Iterator[str]:
    folds = forward_folds(rows, parameters.first_origin)
    if len(folds) < MINIMUM_ORIGINS:
        yield (
            f"forecasts can be made in {len(folds)} years from first_origin = {parameters.first_origin}; "
            f"{MINIMUM_ORIGINS} are needed. Begin earlier, lengthen the period, or shorten the horizon."
        )
    elif len(folds[0].train) < MINIMUM_TRAINING_ROWS:
        yield (
            f"by {folds[0].name}, the first origin, {len(folds[0].train)} country-years are known to learn from; "
            f"{MINIMUM_TRAINING_ROWS} are needed. Move first_origin later, begin with an earlier first_year, or add "
            "countries."
        )


def _held_out_from(
    rows: pd.DataFrame, folds: Sequence[Fold], columns: Sequence[str], model: Learner, settings: Learning
) -> "NDArray[np.float64]":
    """Predictions from some columns, for the held-out rows in their order."""
    offset = LAST_VALUE if LAST_VALUE in rows else None
    fitted = fit_folds(rows, folds, columns, model, settings, offset=offset)
    tested = np.sort(np.concatenate([fold.test for fold in folds]))
    return np.asarray(held_out(rows, fitted).iloc[tested], dtype=float)


def _scores(rows: pd.DataFrame, name: str) -> dict[str, float]:
    error = (rows["target"] - rows[name]).to_numpy(dtype=float)
    spread = float(((rows["target"] - rows["target"].mean()) ** 2).sum())
    return {
        "mean_absolute_error": float(np.abs(error).mean()),
        "root_mean_square_error": float(np.sqrt((error**2).mean())),
        "r_squared": 1 - float((error**2).sum()) / spread if spread > 0 else float("nan"),
        "observations": len(rows),
        "countries": int(rows["iso3"].nunique()),
    }


def _elastic_net(countries: "NDArray[Any]") -> ElasticNetCV:
    """Elastic net whose penalty is chosen over whole countries left out; over rows where there is one country."""
    groups = len(np.unique(countries))
    folds: Callable[..., Any] = GroupKFold(min(5, groups)).split
    splits = list(folds(countries, groups=countries)) if groups > 1 else 5
    return ElasticNetCV(l1_ratio=0.5, alphas=20, cv=splits, max_iter=20_000)
