"""A JSON parser that tolerates errors and knows the place of every key and value."""
