"""Whole ways through the real window."""
