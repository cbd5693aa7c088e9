"""Which files ship, and from where."""
