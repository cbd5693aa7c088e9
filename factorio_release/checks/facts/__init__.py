"""Facts about a mod that several rules share."""
