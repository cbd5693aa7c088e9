"""What each category and tag of the portal means, in one line: for a choice that has to be made.

Source: the wiki's page "Mod details API", in our words.
"""

from __future__ import annotations

from typing import Final

CATEGORY_WORDS: Final = {
    "no-category": "none of the others",
    "content": "new items, buildings, enemies or planets, beside what the game has",
    "overhaul": "a large change of the game's progress or balance",
    "tweaks": "small changes of balance, play or looks",
    "utilities": "helps the player, and adds little to the game itself",
    "scenarios": "maps and scenarios with their own rules",
    "mod-packs": "a set of other mods, with few changes of its own",
    "localizations": "translations of other mods",
    "internal": "libraries and files that other mods need",
}
TAG_WORDS: Final = {
    "transportation": "vehicles and the transport of the player",
    "logistics": "belts, inserters, and moving items in general",
    "trains": "trains, rails and their stations",
    "combat": "weapons and fighting",
    "armor": "armour and its equipment",
    "character": "the player's character",
    "enemies": "biters and other enemies",
    "environment": "the map, terrain and nature",
    "mining": "ores and their mining",
    "fluids": "fluids, pipes and pumps",
    "logistic-network": "robots, roboports and chests of the network",
    "circuit-network": "wires, combinators and signals",
    "manufacturing": "machines, recipes and modules",
    "planets": "planets and space travel",
    "power": "making and distributing electricity",
    "storage": "chests, warehouses and tanks",
    "blueprints": "blueprints and planners",
    "cheats": "makes the game easier than it is meant to be",
}
