"""Text to values with line and column; nothing is judged, nothing is read from disk."""
