"""What `init` writes: the first config file and workflow."""
