"""The book: executed notebooks and narrative pages put together for Jupyter Book."""
