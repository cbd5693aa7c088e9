"""The HTTP client of the mod portal: reads without a key, writes with it."""
