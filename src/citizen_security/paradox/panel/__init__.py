"""The country panel: what a regression asks of it, the rows it can use, and its fits."""
