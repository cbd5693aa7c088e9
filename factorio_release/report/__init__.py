"""What happened, as a value, and its renderings; rendering is pure."""
