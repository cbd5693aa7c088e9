"""Loading a mod as the game does, in Lua and without the game: what only a finished load can show."""
