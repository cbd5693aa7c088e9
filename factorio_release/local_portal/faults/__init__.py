"""Faults that the embedded portal injects on request."""
