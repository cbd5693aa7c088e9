local name = "andon-lamp"
local icon = "__andon-lamps__/graphics/icons/andon-lamp.png"

-- The sprites are drawn at twice the size of the game's grid.
local function sprite(file, width, height, x, y)
  return {
    filename = "__andon-lamps__/graphics/entity/" .. file,
    priority = "high",
    width = width,
    height = height,
    scale = 0.5,
    shift = { x / 32, y / 32 },
  }
end

local shadow = sprite("andon-lamp-shadow.png", 112, 48, 14, 4)
shadow.draw_as_shadow = true

local entity = {
  type = "lamp",
  name = name,
  icon = icon,
  icon_size = 64,
  flags = { "placeable-neutral", "player-creation", "not-rotatable" },
  minable = { mining_time = 0.1, result = name },
  max_health = 100,
  corpse = "lamp-remnants",
  dying_explosion = "lamp-explosion",
  impact_category = "glass",
  collision_box = { { -0.15, -0.15 }, { 0.15, 0.15 } },
  selection_box = { { -0.5, -0.5 }, { 0.5, 0.5 } },
  -- An andon lamp has to be alight when the power is out.
  energy_source = { type = "void" },
  energy_usage_per_tick = "1kW",
  always_on = true,
  light = { intensity = 0.4, size = 8, color = { 1, 1, 1 } },
  light_when_colored = { intensity = 0.4, size = 8, color = { 1, 1, 1 } },
  glow_size = 6,
  glow_color_intensity = 1,
  glow_render_mode = "multiplicative",
  picture_off = { layers = { sprite("andon-lamp.png", 64, 96, 0, -8), shadow } },
  picture_on = sprite("andon-lamp-light.png", 64, 96, 0, -8),
}

local item = {
  type = "item",
  name = name,
  icon = icon,
  icon_size = 64,
  subgroup = "circuit-network",
  order = "a[light]-b[andon-lamp]",
  place_result = name,
  stack_size = 50,
}

local recipe = {
  type = "recipe",
  name = name,
  enabled = false,
  energy_required = 1,
  ingredients = {
    { type = "item", name = "small-lamp", amount = 1 },
    { type = "item", name = "electronic-circuit", amount = 1 },
    { type = "item", name = "iron-stick", amount = 2 },
  },
  results = { { type = "item", name = name, amount = 1 } },
}

return { entity = entity, item = item, recipe = recipe }
