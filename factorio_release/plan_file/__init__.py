"""A plan in a file, which is approved and released later: what is written, read and compared."""
