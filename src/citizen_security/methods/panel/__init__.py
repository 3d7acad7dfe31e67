"""Series that drift, in many units at once: how persistent they are, what chance finds between them, and estimators.

- `rows`: rows that are to be a panel, checked; all problems at once.
- `wide`: a panel as tables of units by periods, lags that need consecutive periods, the longest unbroken span.
- `persistence`: first-order autoregressions by unit, freed of their bias (Kendall 1954; Marriott and Pope 1954).
- `unit_roots`: tests by unit (Dickey and Fuller 1979; Kwiatkowski and others 1992) and for all units, augmented by
  their averages (Pesaran 2007).
- `dependence`: whether residuals move together across units (Pesaran 2004, 2015, 2021) or over time (Wooldridge 2010).
- `placebo`: what a regression on simulated drivers finds by chance (Granger and Newbold 1974; Bertrand, Duflo and
  Mullainathan 2004).
- `fixed_effects`: two-way effects, unit trends and first differences.
- `dynamic`: lagged outcomes, error correction (Pesaran, Shin and Smith 1999) and the half-panel jackknife (Dhaene and
  Jochmans 2015; Chudik, Pesaran and Yang 2018).
- `local_projections`: responses over the years after a change (Jordà 2005).
- `mean_groups`: averages of units' own regressions (Pesaran and Smith 1995), with averages over units in them (Pesaran
  2006; Chudik and Pesaran 2015).
"""
