"""The git repository around a mod, read with the git program."""
