"""JSON that is read on after an error, with the place of every value."""
