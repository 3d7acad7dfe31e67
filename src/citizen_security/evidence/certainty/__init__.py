"""How much of what was found can be pooled, and how certain each answer is: the room of its notebook."""
