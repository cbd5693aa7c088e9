"""The release pipelines that a repository has already: recognised, read, and carried over."""
