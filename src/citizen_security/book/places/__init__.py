"""Pages of places, made when the book is assembled from what `places/every_place` recorded and from shipped tables."""
