--- Which machine a lamp speaks for.

local neighbours = {}

local reach = 1

local machine_types = {
  "agricultural-tower",
  "assembling-machine",
  "boiler",
  "furnace",
  "fusion-reactor",
  "generator",
  "lab",
  "mining-drill",
  "reactor",
  "rocket-silo",
}

local function distance_along(value, from, to)
  return math.max(from - value, 0, value - to)
end

local function squared_gap(position, box)
  local x = distance_along(position.x, box.left_top.x, box.right_bottom.x)
  local y = distance_along(position.y, box.left_top.y, box.right_bottom.y)
  return x * x + y * y
end

--- The machine of the lamp's own force that stands closest to it, or nil.
--- Of two that are equally close the older one, so that every player in a game finds the same.
function neighbours.machine_beside(lamp)
  local position = lamp.position
  local machines = lamp.surface.find_entities_filtered({
    area = { { position.x - reach, position.y - reach }, { position.x + reach, position.y + reach } },
    type = machine_types,
    force = lamp.force,
  })
  local closest, closest_gap
  for _, machine in pairs(machines) do
    local gap = squared_gap(position, machine.bounding_box)
    local closer = not closest or gap < closest_gap
    if closer or (gap == closest_gap and machine.unit_number < closest.unit_number) then
      closest, closest_gap = machine, gap
    end
  end
  return closest
end

return neighbours
