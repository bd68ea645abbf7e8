"""The window: thin Qt views over the session. They show a report and compute nothing."""

import planner.session  # noqa: F401  # brings in Qt in the one order that works, before any view does
