"""Rows, gaps, lengths and heights."""
