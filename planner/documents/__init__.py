"""Reports as text, JSON and pages. No Qt, so the command line and the tests read them."""
