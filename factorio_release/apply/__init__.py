"""Executes a plan: the only package that writes to the portal."""
