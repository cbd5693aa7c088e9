"""Takes a Factorio mod from its repository to the mod portal."""

__version__ = "0.1.0"
