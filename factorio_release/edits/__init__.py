"""Edits of a user's files that keep every other byte. They return the new bytes and write nothing."""
