"""What the portal shows of a mod, and the forms in which it keeps what it was sent."""
