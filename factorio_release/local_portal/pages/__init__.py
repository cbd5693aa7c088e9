"""The embedded portal in a browser."""
