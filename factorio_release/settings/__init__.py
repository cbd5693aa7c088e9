"""Options: declared once, read from every source, checked together."""
