"""What the embedded portal keeps, and its rules."""
