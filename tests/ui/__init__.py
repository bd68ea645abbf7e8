"""Tests of the window: a real session, one user action, what the report and the screen then say."""
