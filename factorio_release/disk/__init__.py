"""Files of a user: read up to a bound, and written completely or not at all."""
