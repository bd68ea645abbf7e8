"""The areas of the window; each shows a report."""
