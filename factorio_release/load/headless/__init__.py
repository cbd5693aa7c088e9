"""Loading a mod in the game itself: the headless build is found or fetched, started, and its log read."""
