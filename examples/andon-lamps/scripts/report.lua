--- The command /andon: the whole factory in a few lines.

local report = {}

local most_places = 5

local function count(force)
  local counts = { working = 0, waiting = 0, stopped = 0, idle = 0 }
  local stopped = {}
  for _, lamp in pairs(storage.lamps) do
    if lamp.entity.valid and (not force or lamp.entity.force == force) then
      counts[lamp.verdict] = counts[lamp.verdict] + 1
      if lamp.verdict == "stopped" and lamp.machine.valid then
        table.insert(stopped, lamp)
      end
    end
  end
  table.sort(stopped, function(a, b)
    if a.since ~= b.since then
      return a.since < b.since
    end
    return a.unit_number < b.unit_number
  end)
  return counts, stopped
end

local function tell(say, force, tick)
  local counts, stopped = count(force)
  say({ "andon-lamps.report", counts.working, counts.waiting, counts.stopped, counts.idle })
  for place = 1, math.min(#stopped, most_places) do
    local lamp = stopped[place]
    say({
      "andon-lamps.report-line",
      lamp.machine.gps_tag,
      lamp.machine.localised_name,
      { "andon-reason." .. lamp.reason },
      math.floor((tick - lamp.since) / 3600),
    })
  end
  if #stopped > most_places then
    say({ "andon-lamps.report-more", #stopped - most_places })
  end
end

--- Answers the player who asked with the lamps of that player's force, the server's console with all of them.
function report.on_command(command)
  local player = command.player_index and game.get_player(command.player_index)
  tell(player and player.print or localised_print, player and player.force, command.tick)
end

return report
