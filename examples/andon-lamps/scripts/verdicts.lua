--- What a machine's status means to somebody who walks past.

local statuses_by_reason = {
  working = {
    running = { "working", "normal", "preparing_rocket_for_launch", "launching_rocket", "waiting_for_plants_to_grow" },
  },
  waiting = {
    ["no-ingredients"] = {
      "item_ingredient_shortage",
      "no_ingredients",
      "missing_science_packs",
      "waiting_for_source_items",
    },
    ["no-fluid"] = { "fluid_ingredient_shortage", "missing_required_fluid", "low_input_fluid", "no_input_fluid" },
    ["full-output"] = {
      "full_output",
      "full_burnt_result_output",
      "not_enough_space_in_output",
      "waiting_for_space_in_destination",
    },
    ["low-power"] = { "low_power", "recharging_after_power_outage" },
    ["low-temperature"] = { "low_temperature" },
    ["waiting-for-rocket"] = { "waiting_to_launch_rocket", "waiting_for_rockets_to_arrive" },
  },
  stopped = {
    ["no-power"] = { "no_power", "not_plugged_in_electric_network" },
    ["no-fuel"] = { "no_fuel" },
    ["no-resources"] = { "no_minable_resources" },
    ["not-researched"] = { "recipe_not_researched" },
    ["pipeline-overextended"] = { "pipeline_overextended" },
    frozen = { "frozen" },
    broken = { "broken" },
  },
  idle = {
    ["no-recipe"] = { "no_recipe" },
    ["no-research"] = { "no_research_in_progress" },
    ["switched-off"] = { "disabled", "disabled_by_control_behavior", "disabled_by_script", "paused" },
    ["to-be-removed"] = { "marked_for_deconstruction" },
  },
}

local verdict_by_status = {}
for verdict, reasons in pairs(statuses_by_reason) do
  for reason, statuses in pairs(reasons) do
    for _, status in pairs(statuses) do
      local number = defines.entity_status[status]
      if number then
        verdict_by_status[number] = { verdict = verdict, reason = reason }
      end
    end
  end
end

local verdicts = {}

local unknown = { verdict = "idle", reason = "unknown" }
verdicts.no_machine = { verdict = "idle", reason = "no-machine" }

--- The verdict and its reason for one value of defines.entity_status; nil for a machine without a status.
function verdicts.of(status)
  return status and verdict_by_status[status] or unknown
end

return verdicts
