"""Files of a user: read up to a bound, written whole or not at all."""
