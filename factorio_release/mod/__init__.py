"""From disk to values with line numbers; nothing is judged here."""
