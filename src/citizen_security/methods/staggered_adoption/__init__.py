"""Effects of treatments that reach units at different times: estimators, comparisons, inference with few units.

- `panels`: units over periods with a start each or never, outcomes or counts with exposure, checked before any fit.
- `effects`: estimates with each unit's part in their errors; bands for all at once, joint tests.
- `two_groups`, `group_time`, `aggregates`: effects by group and period, with covariates held constant, and averages
  (Sant'Anna and Zhao 2020; Callaway and Sant'Anna 2021).
- `interaction_weighted`: the event study of Sun and Abraham (2021).
- `untreated_fit`, `imputation`: effects against unit and period effects of untreated cells (Borusyak, Jaravel and
  Spiess 2024).
- `untreated_cells`, `poisson_imputation`: the same for counts, by ratios (Wooldridge 2023).
- `two_stage`: Gardner's (2022) regressions.
- `stacked`: stacked experiments (Cengiz and others 2019), with weights corrected (Wing, Freedman and Hollingsworth
  2024).
- `two_way`: two-way fixed effects and the comparisons that they are made of (Goodman-Bacon 2021).
- `permuted_starts`: starts dealt to units anew (Athey and Imbens 2022).
- `placebo_leads`: tests of leads, and starts moved to earlier dates (Borusyak, Jaravel and Spiess 2024).
- `event_studies`, `linear_programmes`, `bounded_violations`: trends that part, but by no more than a bound (Rambachan
  and Roth 2023).
- `fixed_length`: the shortest interval where trends may bend, and the bend that breaks it (Armstrong and Kolesár 2018).
"""
