"""Coverage tests."""
