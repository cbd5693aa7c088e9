-- 1.0 kept its lamps in a table by unit number; 1.1 walks through a list, a few lamps a tick.
if storage.lamps and not storage.slots then
  local lamps, slots = {}, {}
  for unit_number, lamp in pairs(storage.lamps) do
    if lamp.entity and lamp.entity.valid then
      table.insert(lamps, {
        entity = lamp.entity,
        unit_number = unit_number,
        machine = lamp.machine,
        verdict = lamp.verdict or "idle",
        reason = lamp.reason or "unknown",
        since = lamp.since or game.tick,
      })
      slots[unit_number] = #lamps
      script.register_on_object_destroyed(lamp.entity)
    end
  end
  storage.lamps, storage.slots, storage.cursor = lamps, slots, 0
end
