"""How good forecasts are that give a distribution, against what anyone could have said.

- `scores`: log score, continuous ranked probability score, coverage and probability integral transform of draws
  (Gneiting and Raftery 2007; Czado, Gneiting and Held 2009).
- `comparisons`: mean differences of two forecasts' scores where units and periods repeat (Owen 2007).
"""
