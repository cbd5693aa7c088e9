"""What the repository says; the only package that starts a process."""
