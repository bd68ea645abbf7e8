"""Score the estimates against published measurements, and fit their constants."""
