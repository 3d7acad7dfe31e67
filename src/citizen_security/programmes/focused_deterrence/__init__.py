"""Alto al Fuego in one police sector of Mexico City: the announced fall, other sectors, its peak and its line."""
