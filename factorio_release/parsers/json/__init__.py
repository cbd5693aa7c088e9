"""A JSON parser that tolerates errors and records the place of every key and value."""
