data:extend({
  {
    type = "string-setting",
    name = "andon-lamps-palette",
    setting_type = "runtime-global",
    default_value = "classic",
    allowed_values = { "classic", "colour-blind" },
    order = "a",
  },
  {
    type = "int-setting",
    name = "andon-lamps-checks-per-tick",
    setting_type = "runtime-global",
    default_value = 8,
    minimum_value = 1,
    maximum_value = 500,
    order = "b",
  },
  {
    type = "int-setting",
    name = "andon-lamps-alert-after",
    setting_type = "runtime-per-user",
    default_value = 30,
    minimum_value = 0,
    maximum_value = 3600,
    order = "c",
  },
})
