"""Judge: every rule, in report order. Nothing is discovered; a new rule is added here."""

from planner.rules.rule import AnyRule

RULES: tuple[AnyRule, ...] = ()
