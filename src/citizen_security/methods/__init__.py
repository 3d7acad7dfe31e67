"""Statistics without tables, countries or notebooks: a toolkit that could be lifted out and published alone.

Rooms: `regression` (least squares taken apart, clustered errors, wild bootstrap, equivalence tests), `meta_analysis`
(between-study variance, pooling, several effects of one study, influence, 2×2 tables, Bayesian pooling),
`publication_bias` (funnel tests, trim and fill, selection models, model averaging), `concentration` (Lorenz curves,
Gini coefficients, what chance alone gives); and `resampling`, `rates`, `ranks`, `sampling`, `importance`.
"""
