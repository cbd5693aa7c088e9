local alerts = require("scripts.alerts")
local lamps = require("scripts.lamps")
local report = require("scripts.report")

local sweep_ticks = 300

local function take_in()
  lamps.prepare()
  lamps.find_all(game.tick)
end

script.on_init(take_in)
script.on_configuration_changed(take_in)

local function on_built(event)
  lamps.add(event.entity or event.destination, event.tick)
end

local only_lamps = { { filter = "name", name = lamps.prototype } }
for _, name in pairs({
  "on_built_entity",
  "on_robot_built_entity",
  "on_space_platform_built_entity",
  "on_entity_cloned",
  "script_raised_built",
  "script_raised_revive",
}) do
  script.on_event(defines.events[name], on_built, only_lamps)
end

script.on_event(defines.events.on_object_destroyed, function(event)
  if event.type == defines.target_type.entity then
    lamps.remove(event.useful_id)
  end
end)

script.on_event(defines.events.on_tick, function(event)
  lamps.walk(settings.global["andon-lamps-checks-per-tick"].value, event.tick)
end)

script.on_nth_tick(sweep_ticks, function(event)
  alerts.sweep(event.tick)
end)

script.on_event(defines.events.on_runtime_mod_setting_changed, function(event)
  if event.setting == "andon-lamps-palette" then
    lamps.repaint()
  end
end)

commands.add_command("andon", { "andon-lamps.command-help" }, report.on_command)
