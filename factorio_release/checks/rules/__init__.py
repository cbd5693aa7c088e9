"""The rules: pure functions from facts to problems."""
