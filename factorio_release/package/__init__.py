"""The files of a package: which they are, and where their bytes come from."""
