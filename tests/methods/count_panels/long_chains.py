"""Long chains of count panels: every log rate sampled, nothing approximated, in a second writing of the model.

`python tests/methods/count_panels/long_chains.py` writes what the tests hold the method to, for each panel of `PANELS`:
its table (`counts_20_places.csv`) and means, deviations and tails of the risks with their Monte Carlo errors
(`chains_20_places.csv`). It takes half an hour; the tests read the files.
"""

from dataclasses import dataclass
from pathlib import Path

import arviz as az
import numpy as np
import pandas as pd

FOLDER = Path(__file__).parents[1] / "reference"
CENTRE = np.log(15.0)
TAIL = 0.05
TUNE, DRAWS, CHAINS = 1_500, 4_000, 4


@dataclass(frozen=True)
class Drawn:
    """How a panel is drawn."""

    places: int
    groups: int
    years: tuple[int, ...]
    group_deviation: float
    drift: float
    seed: int


# Few of everything; and more places, across a gap, where neither groups nor years differ.
PANELS = {
    "20_places": Drawn(20, 3, (2019, 2020, 2021), 0.5, 0.1, 2_033),
    "200_places": Drawn(200, 5, (2000, 2001, 2002, 2019, 2020, 2021), 0.0, 0.0, 2_065),
}


def drawn_table(how: Drawn) -> pd.DataFrame:
    """A table of counts, drawn by components one after the other."""
    generator = np.random.default_rng(how.seed)
    years = np.array(how.years, dtype=float)
    gaps = np.diff(years, prepend=years[0])
    exposure = np.exp(generator.uniform(np.log(0.1), np.log(2.0), how.places))
    group = np.arange(how.places) * how.groups // how.places
    walks = how.drift * np.cumsum(np.sqrt(gaps) * generator.standard_normal((how.groups, len(years))), axis=1)
    paths = how.group_deviation * generator.standard_normal(how.groups)[:, None] + walks
    levels = 0.5 * generator.standard_normal(how.places)
    waves = 0.3 * generator.standard_normal((how.places, len(years)))
    rate = np.exp(CENTRE + paths[group] + levels[:, None] + waves)
    return pd.DataFrame(
        {
            "place": np.repeat([f"Place {number:03d}" for number in range(how.places)], len(years)),
            "group": np.repeat([f"Group {number}" for number in group], len(years)),
            "year": np.tile(how.years, how.places),
            "homicides": generator.poisson(exposure[:, None] * rate).ravel(),
            "population": np.repeat((1e5 * exposure).round().astype(int), len(years)),
        }
    )


def sampled_risks(table: pd.DataFrame, tune: int = TUNE, draws: int = DRAWS, cores: int = 1) -> np.ndarray:
    """Draws of the log risks of the last year and the next, without noise, shape (chains, draws, places, 2)."""
    import nutpie
    import pymc as pm
    import pytensor.tensor as pt

    wide = table.pivot(index=["place", "group"], columns="year", values=["homicides", "population"])
    counts, exposure = wide["homicides"].to_numpy(), wide["population"].to_numpy() / 1e5
    group = pd.factorize(wide.index.get_level_values("group"), sort=True)[0]
    years = wide["homicides"].columns.to_numpy(dtype=float)
    steps, (places, times) = np.diff(years), counts.shape
    groups = int(group.max()) + 1
    size = np.log(exposure.mean(axis=1))
    size -= size.mean()

    def walked(steps_drawn):
        first = pt.zeros((*steps_drawn.shape[:-1], 1)) if steps_drawn.ndim > 1 else pt.zeros(1)
        return pt.concatenate([first, pt.cumsum(steps_drawn * np.sqrt(steps), axis=-1)], axis=-1)

    with pm.Model() as model:
        deviation = {
            name: pm.HalfNormal(name, scale)
            for name, scale in {
                "place": 1.0, "place_drift": 0.2, "group": 1.0, "group_drift": 0.2, "nation_drift": 0.3,
            }.items()
        }  # fmt: skip
        # Counts know the sum of waves and noise far better than either. Two half-normal deviations of one scale are
        # a length of Weibull's distribution and an even angle; and what a place and year has of both is turned by it,
        # so that waves too short to last become noise without another move.
        passing, angle = pm.Weibull("passing", 2.0, 0.5 * np.sqrt(2)), pm.Uniform("angle", 0.0, np.pi / 2)
        share = {"wave": pt.cos(angle), "noise": pt.sin(angle)}
        for name in share:
            deviation[name] = pm.Deterministic(name, passing * share[name])
        length = pm.LogNormal("wave_length", np.log(3.0), 1.0)
        exponent = pm.Normal("size_exponent", 0.0, 0.3)
        standard = {
            name: pm.Normal(f"standard_{name}", 0, 1, shape=shape)
            for name, shape in {
                "nation_drift": times - 1, "group": groups, "group_drift": (groups, times - 1), "place": places,
                "place_drift": (places, times - 1), "sum": (places, times), "difference": (places, times),
            }.items()
        }  # fmt: skip
        nation = pm.Normal("nation", 0, 1) + deviation["nation_drift"] * walked(standard["nation_drift"])
        of_group = (deviation["group"] * standard["group"])[:, None] + deviation["group_drift"] * walked(
            standard["group_drift"]
        )
        own = (deviation["place"] * standard["place"])[:, None] + deviation["place_drift"] * walked(
            standard["place_drift"]
        )
        scale = pt.exp(-exponent * size)[:, None]
        turned = {
            "wave": share["wave"] * standard["sum"] - share["noise"] * standard["difference"],
            "noise": share["noise"] * standard["sum"] + share["wave"] * standard["difference"],
        }
        wave = [turned["wave"][:, 0]]
        for step, gap in enumerate(steps, start=1):
            kept = pt.exp(-gap / length)
            wave.append(kept * wave[-1] + pt.sqrt(1 - kept**2) * turned["wave"][:, step])
        waves = scale * deviation["wave"] * pt.stack(wave, axis=1)
        risk = CENTRE + nation + of_group[group] + own + waves
        pm.Poisson("counts", exposure * pt.exp(risk + scale * deviation["noise"] * turned["noise"]), observed=counts)
        pm.Deterministic("last", risk[:, -1])
        pm.Deterministic("last_wave", waves[:, -1])
    found = nutpie.sample(
        nutpie.compile_pymc_model(model), draws=draws, tune=tune, chains=CHAINS, cores=cores, seed=1,
        target_accept=0.95, progress_bar=False,
    )  # fmt: skip
    print("divergences", int(found["sample_stats"]["diverging"].sum()))
    posterior = found["posterior"].to_dataset()
    names = [*deviation, "wave_length", "size_exponent", "nation"]
    print(az.summary(posterior[names], kind="all")[["mean", "sd", "ess_bulk", "ess_tail", "r_hat"]])
    last, last_wave = (posterior[name].to_numpy() for name in ("last", "last_wave"))
    values = {name: posterior[name].to_numpy()[..., None] for name in names}
    generator = np.random.default_rng(2)
    kept = np.exp(-1 / values["wave_length"])
    shock = np.exp(-values["size_exponent"] * size) * values["wave"] * np.sqrt(1 - kept**2)
    normal = generator.standard_normal
    moved = values["nation_drift"] * normal((*last.shape[:2], 1))
    moved = moved + values["group_drift"] * normal((*last.shape[:2], groups))[..., group]
    moved = moved + values["place_drift"] * normal(last.shape) + (kept - 1) * last_wave + shock * normal(last.shape)
    return np.stack([last, last + moved], axis=-1)


def with_sums(risks: np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Log risks of the places, then of each group and of all together weighted by their people."""
    people = table.drop_duplicates("place").set_index("place")
    weights = people["population"].to_numpy(dtype=float)
    members = [people["group"].to_numpy() == name for name in np.unique(people["group"])] + [np.ones(len(people), bool)]
    sums = [
        np.log(np.einsum("...py,p->...y", np.exp(risks[..., member, :]), weights[member] / weights[member].sum()))
        for member in members
    ]
    return np.concatenate([risks, np.stack(sums, axis=-2)], axis=-2)


def summaries(risks: np.ndarray) -> pd.DataFrame:
    """Mean, deviation and tails of each log risk, with Monte Carlo errors; rows are places, groups, all together."""
    parts = []
    for year, name in enumerate(("last", "next")):
        draws = az.convert_to_dataset({"risk": risks[..., year]})
        errors = {
            "mean": az.mcse(draws, method="mean"), "deviation": az.mcse(draws, method="sd"),
            "lower": az.mcse(draws, method="quantile", prob=TAIL),
            "upper": az.mcse(draws, method="quantile", prob=1 - TAIL),
        }  # fmt: skip
        flat = risks[..., year].reshape(-1, risks.shape[2])
        found = {
            "mean": flat.mean(axis=0), "deviation": flat.std(axis=0),
            "lower": np.quantile(flat, TAIL, axis=0), "upper": np.quantile(flat, 1 - TAIL, axis=0),
        }  # fmt: skip
        columns = {"year": name, "which": np.arange(flat.shape[1]), **found}
        parts.append(
            pd.DataFrame({**columns, **{f"{key}_error": error["risk"].to_numpy() for key, error in errors.items()}})
        )
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """Draw the panels and sample them."""
    for name, how in PANELS.items():
        table = drawn_table(how)
        table.to_csv(FOLDER / f"counts_{name}.csv", index=False)
        found = summaries(with_sums(sampled_risks(table), table))
        found.round(5).to_csv(FOLDER / f"chains_{name}.csv", index=False)


if __name__ == "__main__":
    main()
