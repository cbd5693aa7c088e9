"""Edits to a user's files that keep every other byte; writes nothing."""
