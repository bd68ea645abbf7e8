"""Rules: one table of cases beside each area."""
