"""Air, heat and noise."""
