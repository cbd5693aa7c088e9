-- A small game for the example mod: only what the mod may touch, and an error for everything else.

local fake = { handlers = {}, nth = {}, filters = {}, said = {}, alerts = {}, registered = {}, commands = {} }
local entities, next_unit = {}, 100

local function strict(what, fields, writable)
  return setmetatable({}, {
    __index = function(_, key)
      if fields[key] == nil and not writable[key] then
        error(what .. " has no " .. tostring(key), 2)
      end
      return fields[key]
    end,
    __newindex = function(_, key, value)
      if not writable[key] then
        error(what .. " cannot be given " .. tostring(key), 2)
      end
      fields[key] = value
    end,
  })
end

local function enumeration(what, names)
  local values = {}
  for number, name in ipairs(names) do
    values[name] = number
  end
  return strict("defines." .. what, values, {})
end

function fake.define(name, names)
  fake.defines = fake.defines or {}
  fake.defines[name] = enumeration(name, names)
end

local function overlaps(area, box)
  return area[1][1] < box.right_bottom.x
    and area[2][1] > box.left_top.x
    and area[1][2] < box.right_bottom.y
    and area[2][2] > box.left_top.y
end

local function listed(wanted, value)
  if wanted == nil or wanted == value then
    return true
  elseif type(wanted) ~= "table" then
    return false
  end
  for _, one in pairs(wanted) do
    if one == value then
      return true
    end
  end
  return false
end

local surface = strict("LuaSurface", {
  find_entities_filtered = function(filter)
    local found = {}
    for index = #entities, 1, -1 do
      local entity = entities[index]
      if
        entity.valid
        and listed(filter.type, entity.type)
        and listed(filter.name, entity.name)
        and listed(filter.force, entity.force)
        and (not filter.area or overlaps(filter.area, entity.bounding_box))
      then
        table.insert(found, entity)
      end
    end
    return found
  end,
}, {})

function fake.force(name)
  return strict("LuaForce " .. name, { name = name, connected_players = {} }, {})
end

function fake.player(force, index, patience)
  local player = {
    force = force,
    mod_settings = { ["andon-lamps-alert-after"] = { value = patience } },
    print = function(message)
      table.insert(fake.said, message)
    end,
    add_custom_alert = function(entity, icon, message, show_on_map)
      table.insert(fake.alerts, { player = index, entity = entity, icon = icon, message = message })
      assert(show_on_map == true)
    end,
  }
  local strict_player = strict("LuaPlayer", player, {})
  table.insert(force.connected_players, strict_player)
  fake.players[index] = strict_player
  return strict_player
end
fake.players = {}

function fake.place(type, name, x, y, half, force, status)
  next_unit = next_unit + 1
  local fields = {
    valid = true,
    type = type,
    name = name,
    unit_number = next_unit,
    position = { x = x, y = y },
    bounding_box = { left_top = { x = x - half, y = y - half }, right_bottom = { x = x + half, y = y + half } },
    surface = surface,
    force = force,
    localised_name = { "entity-name." .. name },
    gps_tag = "[gps=" .. x .. "," .. y .. "]",
    status = status and fake.defines.entity_status[status],
  }
  local writable = { status = true, valid = true }
  if type == "lamp" then
    writable.color, writable.custom_status = true, true
  end
  local entity = strict(name, fields, writable)
  table.insert(entities, entity)
  return entity
end

function fake.set_status(entity, status)
  entity.status = fake.defines.entity_status[status]
end

function fake.fire(name, event)
  local handler = fake.handlers[fake.defines.events[name]]
  assert(handler, "nobody listens to " .. name)
  event.tick = fake.tick
  handler(event)
end

function fake.build(entity, how)
  fake.fire(how, how == "on_entity_cloned" and { destination = entity } or { entity = entity })
  return entity
end

function fake.destroy(entity)
  entity.valid = false
end

function fake.report_destroyed(unit_number)
  assert(fake.registered[unit_number], "the mod did not ask to be told")
  fake.fire("on_object_destroyed", { useful_id = unit_number, type = fake.defines.target_type.entity })
end

function fake.pass(ticks)
  for _ = 1, ticks do
    fake.tick = fake.tick + 1
    fake.fire("on_tick", {})
    for every, handler in pairs(fake.nth) do
      if fake.tick % every == 0 then
        handler({ tick = fake.tick, nth_tick = every })
      end
    end
  end
end
fake.tick = 0

function fake.install(root)
  package.path = root .. "/?.lua"
  defines, storage = fake.defines, {}
  settings = {
    global = {
      ["andon-lamps-palette"] = { value = "classic" },
      ["andon-lamps-checks-per-tick"] = { value = 8 },
    },
  }
  game = setmetatable({
    surfaces = { surface },
    get_player = function(index)
      return fake.players[index]
    end,
  }, {
    __index = function(_, key)
      assert(key == "tick", "LuaGameScript has no " .. tostring(key))
      return fake.tick
    end,
  })
  script = strict("LuaBootstrap", {
    on_init = function(handler)
      fake.on_init = handler
    end,
    on_configuration_changed = function(handler)
      fake.on_configuration_changed = handler
    end,
    on_event = function(event, handler, filters)
      fake.handlers[event], fake.filters[event] = handler, filters
    end,
    on_nth_tick = function(every, handler)
      fake.nth[every] = handler
    end,
    register_on_object_destroyed = function(entity)
      fake.registered[entity.unit_number] = true
    end,
  }, {})
  commands = {
    add_command = function(name, help, handler)
      fake.commands[name] = { help = help, handler = handler }
    end,
  }
  localised_print = function(message)
    table.insert(fake.said, message)
  end
end

return fake
