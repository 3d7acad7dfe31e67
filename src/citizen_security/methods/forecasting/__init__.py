"""How good forecasts are that give a distribution, against what anyone could have said.

- `scores`: log score, continuous ranked probability score, coverage and probability integral transform of draws
  (Gneiting and Raftery 2007; Czado, Gneiting and Held 2009).
- `comparisons`: mean differences of two forecasts' scores where units and periods repeat (Owen 2007).
- `baselines`: recent counts; exponential smoothing and ridge regression on lags, chosen by their errors before
  (Hyndman and others 2008; Hoerl and Kennard 1970).
- `error_spread`: forecasts of counts by a log rate and the errors of the past (Silverman 1986).
- `pools`: mixtures of forecasts with stacking weights (Yao and others 2018; Geweke and Amisano 2011).
"""
