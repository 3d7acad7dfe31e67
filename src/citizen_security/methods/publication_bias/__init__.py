"""What a pooled effect would be without the studies that nobody reported.

Funnel tests and PET-PEESE (Egger and others 1997; Stanley and Doucouliagos 2014), trim and fill (Duval and Tweedie
2000), selection by p-value (Vevea and Hedges 1995), Copas's model (Copas and Shi 2001), averaging over models (Maier,
Bartoš and Wagenmakers 2023), and counts of significant results (Rosenthal 1979; Simonsohn, Nelson and Simmons 2014).
"""
