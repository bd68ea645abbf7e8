"""Supplies, plugs, cables, circuits and limits."""
