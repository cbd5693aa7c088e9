"""changelog.txt, read by the game's grammar."""
