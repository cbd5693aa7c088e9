"""Parsers: text to values with line and column. They judge no severity and read nothing from disk."""
