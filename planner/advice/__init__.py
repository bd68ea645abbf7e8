"""Searches over many evaluations, and estimates without a whole build."""
