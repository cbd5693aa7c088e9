--- Every andon lamp of the game, and the walk from lamp to lamp.
---
--- storage.lamps is a list of {entity, unit_number, machine?, verdict, reason, since}; storage.slots maps a lamp's
--- unit number to its place in the list; storage.cursor is the place that was looked at last.

local neighbours = require("scripts.neighbours")
local palettes = require("scripts.palettes")
local verdicts = require("scripts.verdicts")

local lamps = { prototype = "andon-lamp" }

local diodes = {
  working = defines.entity_status_diode.green,
  waiting = defines.entity_status_diode.yellow,
  stopped = defines.entity_status_diode.red,
  idle = defines.entity_status_diode.yellow,
}

local function paint(lamp)
  local palette = palettes[settings.global["andon-lamps-palette"].value]
  lamp.entity.color = palette[lamp.verdict]
  local reason = { "andon-reason." .. lamp.reason }
  local machine = lamp.machine
  lamp.entity.custom_status = {
    diode = diodes[lamp.verdict],
    label = machine and machine.valid and { "andon-lamps.status", machine.localised_name, reason } or reason,
  }
end

local function look(lamp, tick)
  local alone = not (lamp.machine and lamp.machine.valid)
  if alone then
    lamp.machine = neighbours.machine_beside(lamp.entity)
  end
  local found = lamp.machine and verdicts.of(lamp.machine.status) or verdicts.no_machine
  local met = alone and lamp.machine ~= nil
  if not met and found.verdict == lamp.verdict and found.reason == lamp.reason then
    return
  end
  if found.verdict ~= lamp.verdict then
    lamp.since = tick
  end
  lamp.verdict = found.verdict
  lamp.reason = found.reason
  paint(lamp)
end

function lamps.prepare()
  storage.lamps = storage.lamps or {}
  storage.slots = storage.slots or {}
  storage.cursor = storage.cursor or 0
end

function lamps.add(entity, tick)
  if storage.slots[entity.unit_number] then
    return
  end
  local lamp = { entity = entity, unit_number = entity.unit_number }
  table.insert(storage.lamps, lamp)
  storage.slots[lamp.unit_number] = #storage.lamps
  script.register_on_object_destroyed(entity)
  look(lamp, tick)
end

--- Closes the gap with the last lamp of the list, so that removing costs the same in a factory of any size.
function lamps.remove(unit_number)
  local slot = storage.slots[unit_number]
  if not slot then
    return
  end
  local last = table.remove(storage.lamps)
  storage.slots[unit_number] = nil
  if last.unit_number ~= unit_number then
    storage.lamps[slot] = last
    storage.slots[last.unit_number] = slot
  end
end

--- Looks at the next few lamps of the list, each at most once.
function lamps.walk(steps, tick)
  for _ = 1, math.min(steps, #storage.lamps) do
    local cursor = storage.cursor % #storage.lamps + 1
    storage.cursor = cursor
    local lamp = storage.lamps[cursor]
    if lamp.entity.valid then
      look(lamp, tick)
    else
      lamps.remove(lamp.unit_number)
      if #storage.lamps == 0 then
        return
      end
    end
  end
end

function lamps.repaint()
  for _, lamp in pairs(storage.lamps) do
    if lamp.entity.valid then
      paint(lamp)
    end
  end
end

--- Takes in lamps that were built while the mod could not listen.
function lamps.find_all(tick)
  for _, surface in pairs(game.surfaces) do
    for _, entity in pairs(surface.find_entities_filtered({ name = lamps.prototype })) do
      lamps.add(entity, tick)
    end
  end
end

return lamps
