"""Statistics without tables, countries or notebooks: a toolkit that could be lifted out and published alone.

Packages, each with its literature in its own docstring:

- `regression`: least squares taken apart, clustered errors, wild bootstrap, equivalence tests, omitted variables.
- `meta_analysis`: between-study variance, pooling, several effects of one study, influence, 2×2 tables.
- `publication_bias`: funnel tests, trim and fill, selection models, model averaging.
- `panel`: series that drift in many units: persistence, unit roots, placebos, dynamic estimators, common effects.
- `count_panels`: counts of many places that drift and go through waves, by expectation propagation.
- `synthetic_control`: treated units against weighted donors, with placebos, conformal inference and their limits.
- `staggered_adoption`: units treated at different times: group-time effects, imputation, permuted starts (Callaway and
  Sant'Anna 2021; Borusyak, Jaravel and Spiess 2024).
- `interrupted_series`: one series that something interrupts, with placebo dates, trends that may bend, and levels that
  wander.
- `spike_selection`: what designs find where places are chosen at a spike and nothing is done.
- `concentration`: Lorenz curves, Gini coefficients, what chance alone gives.
- `forecasting`: proper scores of forecasts, and whether one is better than another.
- `verdicts`: from a claim, its rule and every admissible way of measuring it to a verdict with its reasons (Schuirmann
  1987; Simonsohn, Simmons and Nelson 2020).

Modules:

- `agreement`: how far two coders agree beyond chance (Cohen 1960, 1968).
- `measurement_bounds`: what uncounted deaths do to a change (Manski 2003).
- `proportions`: intervals of shares (Wilson 1927; Newcombe 1998).
- `resampling`: clusters drawn again, weights of clusters, all resamples of few units (Field and Welsh 2007; Webb 2023).
- `randomisation`: p-values of permutations and placebos (Phipson and Smyth 2010; Abadie, Diamond and Hainmueller 2010).
- `reversion`: regression to the mean of what was chosen at a peak (Barnett, van der Pols and Dobson 2005).
- `rates`: events per 100,000 person-years, exact (Garwood 1936; Przyborowski and Wilenski 1940).
- `empirical_bayes`: gamma distributed risks fitted to Poisson counts (Clayton and Kaldor 1987; Marshall 1991).
- `ranks`: ranks, their draws and their confidence sets (Mogstad, Romano, Shaikh and Wilhelm 2024).
- `sampling`: Hamiltonian Monte Carlo and the gate of a fit (Vehtari and others 2021; Betancourt 2016).
- `gates`: what a fit by simulation must reach (Vehtari and others 2021, 2024; Betancourt 2016).
- `importance`: importance sampling with smoothed weights (Vehtari and others 2024).
- `bias_reduction`: clustered errors freed of their bias, and the degrees of freedom they have (Tipton and Pustejovsky
  2015).
- `cholesky`: many small symmetric matrices factorised in compiled code.
- `machine_code`: compiled code that is kept between runs, known by all that it is made from.
- `intervals`: an interval about an estimate, by Student's distribution or the normal one.
- `arrays`, `effort`, `require`: what arrays hold; how much work a run is given; what functions refuse.
"""
