"""A mod as a value: its description, its files, its repository, and its changes since a release."""
