"""Lua files: what they require and the paths in their strings. No Lua is run or compiled here."""
