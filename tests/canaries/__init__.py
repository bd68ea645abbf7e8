"""Tests of the libraries themselves: what went wrong in them once, and would do harm again."""
