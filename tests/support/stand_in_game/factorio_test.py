"""A miniature of the mod `factorio-test`, in what it asks for and what it prints, with no line of it.

Started by the startup setting `factorio-test-auto-start-config`: `{"mod": …, "headless": true}`. A mod's
tests are registered by `require("__factorio-test__/init")({"tests.one"}, {})`. When they have run, it prints
the result and ends the benchmark, which has no end of its own, by an error `FACTORIO-TEST-EXIT`.
"""

from __future__ import annotations

import json
from typing import Final

VERSION: Final = "3.1.1"
_SETTINGS: Final = """
data:extend({ {
  type = "string-setting", name = "factorio-test-auto-start-config", setting_type = "startup",
  default_value = "{}", allow_blank = true, hidden = true,
} })
"""
_CONFIG: Final = """
return helpers.json_to_table(settings.startup["factorio-test-auto-start-config"].value)
"""
_CONTROL: Final = """
local config = require("config")
script.on_nth_tick(1, function()
  if config.mod and not remote.interfaces["factorio-test-tests-available-for-" .. config.mod] then
    print("FACTORIO-TEST-MESSAGE-START")
    log("Cannot auto-start tests: the selected mod is not registered with Factorio Test.")
    print("FACTORIO-TEST-MESSAGE-END")
    print("FACTORIO-TEST-RESULT:could not auto start")
    if config.headless then error("FACTORIO-TEST-EXIT") end
  end
end)
"""
_INIT: Final = """
local config = require("__factorio-test__/config")
local tests, path = {}, { "root" }
local function emit(event) print("FACTORIO-TEST-EVENT:" .. helpers.table_to_json(event)) end
local function here()
  local info = debug.getinfo(4, "Sl")
  return { file = info.source:sub(2), line = info.currentline }
end
local function add(name, action, kind)
  tests[#tests + 1] = {
    info = { path = table.concat(path, " > ") .. " > " .. name, source = here() },
    action = action, kind = kind,
  }
end
test = setmetatable({
  skip = function(name, action) add(name, action, "skip") end,
  todo = function(name) add(name, nil, "todo") end,
}, { __call = function(_, name, action) add(name, action, "run") end })
it = test
function describe(name, block)
  path[#path + 1] = name
  block()
  path[#path] = nil
end
local function load_all(files)
  for _, file in ipairs(files) do require(file) end
end
local function run_all()
  emit({ type = "testRunStarted", total = #tests })
  local sums = { ran = 0, passed = 0, failed = 0, skipped = 0, todo = 0 }
  sums.cancelled, sums.describeBlockErrors = 0, 0
  for _, one in ipairs(tests) do
    if one.kind == "skip" then
      sums.skipped = sums.skipped + 1
      emit({ type = "testSkipped", test = one.info })
    elseif one.kind == "todo" then
      sums.todo = sums.todo + 1
      emit({ type = "testTodo", test = one.info })
    else
      sums.ran = sums.ran + 1
      emit({ type = "testStarted", test = one.info })
      local done, problem = pcall(one.action)
      if done then
        sums.passed = sums.passed + 1
        emit({ type = "testPassed", test = one.info })
      else
        sums.failed = sums.failed + 1
        emit({ type = "testFailed", test = one.info, errors = { tostring(problem) } })
      end
    end
  end
  sums.status = sums.failed > 0 and "failed" or sums.todo > 0 and "todo" or "passed"
  emit({ type = "testRunFinished", results = sums })
  return sums.status
end
return function(files)
  remote.add_interface("factorio-test-tests-available-for-" .. script.mod_name, {})
  if config.mod ~= script.mod_name then return end
  local loaded, problem = pcall(load_all, files)  -- `require` is for the start alone
  script.on_nth_tick(1, function()
    if not loaded then emit({ type = "loadError", error = problem }) end
    print("FACTORIO-TEST-RESULT:" .. (loaded and run_all() or "loadError"))
    if config.headless then error("FACTORIO-TEST-EXIT") end
  end)
end
"""


def files() -> dict[str, str]:
    """Return the mod's files."""
    info = {
        "name": "factorio-test",
        "version": VERSION,
        "title": "Factorio Test",
        "author": "demo",
        "factorio_version": "2.0",
        "dependencies": ["base >= 2.0"],
    }
    return {
        "info.json": json.dumps(info),
        "settings.lua": _SETTINGS,
        "config.lua": _CONFIG,
        "control.lua": _CONTROL,
        "init.lua": _INIT,
    }
