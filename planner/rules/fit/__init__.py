"""Whether the model fits, and whether the engine can do what is asked."""
