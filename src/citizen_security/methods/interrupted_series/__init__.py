"""One series that something interrupts: change of level and slope, and what the series did where nothing was done.

- `segments`: segmented regression (Wagner, Soumerai, Zhang and Ross-Degnan 2002) with autoregressive errors by
  restricted maximum likelihood and Satterthwaite's degrees of freedom (Cheang and Reinsel 2000; Turner and others
  2021), or with the errors of Newey and West (1987).
- `counts`: the same for counts with an exposure, by Poisson regression whose errors allow for excess variance and
  autocorrelation (Newey and West 1987; Zeger 1988 for the question).
- `placebo_dates`: the estimate at each earlier date, and the rank of the one at the start.
- `trend_bounds`: effects that remain when the trend may bend after the start as much as it is seen to bend before
  (Manski and Pepper 2018; Rambachan and Roth 2023).
- `structural`: a Bayesian structural model with a level that wanders, a season and controls (Brodersen, Gallusser,
  Koehler, Remy and Scott 2015), its variances integrated by quadrature.
"""
