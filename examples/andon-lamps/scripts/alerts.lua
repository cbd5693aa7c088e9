--- Tells players of machines that stay red.

local alerts = {}

local icon = { type = "item", name = "andon-lamp" }

local function raise_for(player, lamp, seconds)
  local patience = player.mod_settings["andon-lamps-alert-after"].value
  if patience == 0 or seconds < patience then
    return
  end
  local message = { "andon-lamps.alert", lamp.machine.localised_name, { "andon-reason." .. lamp.reason } }
  player.add_custom_alert(lamp.machine, icon, message, true)
end

function alerts.sweep(tick)
  for _, lamp in pairs(storage.lamps) do
    if lamp.verdict == "stopped" and lamp.entity.valid and lamp.machine.valid then
      for _, player in pairs(lamp.entity.force.connected_players) do
        raise_for(player, lamp, math.floor((tick - lamp.since) / 60))
      end
    end
  end
end

return alerts
