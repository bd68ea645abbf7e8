"""The window: thin Qt views over the session. They show a report and compute nothing."""
