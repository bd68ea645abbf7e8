"""The case drawn from the side: what there is to draw (no Qt), and how it is painted on a window, page or picture."""
