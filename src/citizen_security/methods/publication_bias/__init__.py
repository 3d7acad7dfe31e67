"""What a pooled effect would be without the studies that nobody reported.

- `funnel_tests`: asymmetry of the funnel and PET-PEESE (Egger and others 1997; Stanley and Doucouliagos 2014).
- `trim_and_fill`: studies put in as mirror images (Duval and Tweedie 2000).
- `selection_models`: selection by p-value (Vevea and Hedges 1995).
- `copas_selection`: selection by the study's precision (Copas and Shi 2001).
- `model_averaging`: averaging over models of selection (Maier, Bartoš and Wagenmakers 2023).
- `ensembles`: the models that are averaged, and their priors.
- `marginal_likelihoods`: evidence and posterior of one model.
- `quadrature`: Gauss–Legendre rules.
- `significance_counts`: counts of significant results (Rosenthal 1979; Simonsohn, Nelson and Simmons 2014).
- `funnel_simulation`: what each method makes of worlds whose truth is known.
"""
