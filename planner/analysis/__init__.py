"""Compute: pure functions from a rig to small frozen results. No look-ups, no judgement, no Qt."""
