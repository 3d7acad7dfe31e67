"""El Salvador's hard hand, truce and state of exception: what came before, what donors did, what is not counted."""
