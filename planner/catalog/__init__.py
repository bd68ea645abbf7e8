"""Look up: shipped and own parts, loaded, checked and found."""
