"""System memory."""
