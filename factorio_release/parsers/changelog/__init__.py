"""changelog.txt by the game's grammar."""
