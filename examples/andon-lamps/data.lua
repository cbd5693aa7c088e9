local lamp = require("prototypes.lamp")

data:extend({ lamp.entity, lamp.item, lamp.recipe })

-- Overhaul mods may have replaced the technology: then the lamp is free from the start.
local technology = data.raw["technology"]["lamp"]
if technology then
  technology.effects = technology.effects or {}
  table.insert(technology.effects, { type = "unlock-recipe", recipe = lamp.recipe.name })
else
  lamp.recipe.enabled = true
end
