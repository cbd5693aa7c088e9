-- The settings and data stages of the game, for one Lua state.
--
-- `...` is one table of plain values. Nothing in this state is an object of Python's, and what could reach
-- outside (io, os, package, bytecode) is gone before the first file of a mod runs. The result is one string.
-- Documented: https://lua-api.factorio.com/latest/auxiliary/libraries.html and data-lifecycle.html.

local given = ...
local sources, mods, game_version = given.sources, given.mods, given.version
local built_in = given.built_in

local native_next, native_load, native_type = next, load, type
local native_getinfo, native_traceback, set_hook = debug.getinfo, debug.traceback, debug.sethook
local concat, sort, format, find, match = table.concat, table.sort, string.format, string.find, string.match
local gsub, sub, rawget, select, tostring = string.gsub, string.sub, rawget, select, tostring
local getmetatable, setmetatable, error, xpcall = getmetatable, setmetatable, error, xpcall
local floor, rawlen, rawset, ipairs = math.floor, rawlen, rawset, ipairs
local byte, huge = string.byte, math.huge
local globals, package = _G, package -- mods may replace these

-- What was used that this state cannot do as the game does: the first reason; "" while there is none.
local not_judged = ""
local running = "" -- the mod whose file runs
local function cannot(reason)
  if not_judged == "" and not built_in[running] then
    not_judged = reason
  end
end

-- pairs -------------------------------------------------------------------------------------------------
-- Lua's own order depends on the state's seed. The game iterates in the order of insertion, which plain Lua
-- cannot know; sorted keys give the same result each time.

local function sorted_keys(t)
  local numbers, texts, others = {}, {}, {}
  local n, s, o = 0, 0, 0
  for key in native_next, t do
    local kind = native_type(key)
    if kind == "number" then
      n = n + 1
      numbers[n] = key
    elseif kind == "string" then
      s = s + 1
      texts[s] = key
    else
      o = o + 1
      others[o] = key
    end
  end
  if n > 1 then
    sort(numbers)
  end
  if s > 1 then
    sort(texts)
  end
  for index = 1, s do
    numbers[n + index] = texts[index]
  end
  for index = 1, o do
    numbers[n + s + index] = others[index]
  end
  return numbers, n + s + o
end

function pairs(t)
  local meta = native_type(t) == "table" and getmetatable(t)
  if native_type(meta) == "table" and meta.__pairs then
    return meta.__pairs(t)
  end
  if native_type(t) ~= "table" then
    error("bad argument #1 to 'pairs' (table expected, got " .. native_type(t) .. ")", 2)
  end
  local keys, count = sorted_keys(t)
  local index = 0
  return function()
    while index < count do
      index = index + 1
      local key = keys[index]
      local value = t[key]
      if value ~= nil then
        return key, value
      end
    end
  end, t, nil
end

-- log ---------------------------------------------------------------------------------------------------

local log_lines, log_count, log_left = {}, 0, given.max_log_lines
local function written(prefix, value)
  if log_left <= 0 then
    log_count = log_count + 1
    return
  end
  log_left = log_left - 1
  local text = value
  if native_type(value) == "table" then
    text = native_type(value[1]) == "string" and value[1] or "(a localised string)"
  end
  log_lines[#log_lines + 1] = sub(prefix .. tostring(text), 1, given.max_log_characters)
end

function log(value)
  local info = native_getinfo(2, "Sl")
  written(info and format("%s:%d: ", info.short_src, info.currentline) or "", value)
end

function print(...)
  local parts = {}
  for index = 1, select("#", ...) do
    parts[index] = tostring((select(index, ...)))
  end
  written("", concat(parts, "\t"))
end

function localised_print(value)
  written("", value)
end

-- the library -------------------------------------------------------------------------------------------

function table_size(t)
  local count = 0
  for _ in native_next, t do
    count = count + 1
  end
  return count
end

local function block(value, depth, seen)
  if native_type(value) == "string" then
    return format("%q", value)
  elseif native_type(value) ~= "table" then
    return tostring(value)
  elseif seen[value] or depth > 20 then
    return "{...}"
  end
  seen[value] = true
  local parts, keys = {}, sorted_keys(value)
  for index = 1, #keys do
    local key = keys[index]
    local name = native_type(key) == "string" and key or "[" .. tostring(key) .. "]"
    parts[index] = name .. " = " .. block(value[key], depth + 1, seen)
  end
  seen[value] = nil
  return "{" .. concat(parts, ", ") .. "}"
end

local function shown(value)
  return block(value, 0, {})
end
serpent = { block = shown, line = shown, dump = function(value) return "return " .. shown(value) end }
function serpent.load(text)
  local chunk = load(text)
  if not chunk then
    return false, "cannot be read"
  end
  return pcall(chunk)
end

function load(chunk, name, _, ...)
  -- "t": crafted bytecode can break out of Lua. A missing environment is not the same as a nil one.
  if select("#", ...) > 0 then
    return native_load(chunk, name, "t", (...))
  end
  return native_load(chunk, name, "t")
end
loadstring, loadfile, dofile = nil, nil, nil

-- A finalizer would run at any later time, where no hook stops it: also in what is not the mod's, and at the
-- end of the process.
local native_setmetatable = setmetatable
function globals.setmetatable(t, meta)
  local finalizer = native_type(meta) == "table" and rawget(meta, "__gc")
  if not finalizer then
    return native_setmetatable(t, meta)
  end
  rawset(meta, "__gc", nil)
  native_setmetatable(t, meta)
  rawset(meta, "__gc", finalizer)
  return t
end

unpack = unpack or table.unpack

for _, name in ipairs({ "pack", "unpack", "packsize" }) do
  string[name] = string[name] or function()
    cannot("string." .. name .. " is the game's own")
    error("string." .. name .. " is not emulated", 2)
  end
end
string.dump = nil
local clock = os.clock
coroutine, io, os, python, package.loadlib, newproxy = nil, nil, nil, nil, nil, nil

debug = {
  traceback = function(message)
    return native_traceback(message, 2)
  end,
  getinfo = function(level, what)
    local found
    if native_type(level) == "number" then
      level = level + 1
    end
    if what then
      found = native_getinfo(level, (gsub(what, "[fL>]", "")))
    else
      found = native_getinfo(level)
    end
    if found then
      found.func, found.activelines = nil, nil
    end
    return found
  end,
}
math.randomseed(0)
math.randomseed = function() end

local function numbers_of(version)
  local a, b, c = match(tostring(version), "^(%d+)%.(%d+)%.?(%d*)")
  if not a then
    error("not a version: " .. tostring(version), 3)
  end
  return { tonumber(a), tonumber(b), tonumber(c) or 0 }
end

local helpers = setmetatable({
  game_version = game_version,
  compare_versions = function(one, other)
    local left, right = numbers_of(one), numbers_of(other)
    for index = 1, 3 do
      if left[index] ~= right[index] then
        return left[index] < right[index] and -1 or 1
      end
    end
    return 0
  end,
}, {
  __index = function(_, key)
    cannot("helpers." .. tostring(key) .. " is the game's own")
  end,
})
globals.helpers = helpers
defines, feature_flags = given.defines, given.flags
_G.mods = given.versions

-- require -----------------------------------------------------------------------------------------------
-- The public data lacks the Lua beside pictures and sounds. What stands for such a file depends on its kind.

local function stub(what)
  return setmetatable(what, {
    __index = function(_, key)
      cannot("a value of the game's pictures or sounds is used, and these are not public")
    end,
  })
end

local function missing_of_game(mod, path)
  local picture = { width = 1, height = 1, shift = { 0, 0 }, line_length = 1 }
  if find(path, "^sound/ambient/") or find(path, "ambient") then
    local name = match(path, "([^/]+)%.lua$") or path
    return stub({ type = "ambient-sound", name = mod .. "-" .. name, track_type = "interlude", sound = { filename = "__core__/sound/empty.ogg" } })
  elseif find(path, "sound") then
    return stub({ filename = "__core__/sound/empty.ogg" })
  elseif find(path, "^graphics/") then
    return stub(picture)
  end
  return stub({})
end

local loaded, running_files = {}, {}
local function file_of(mod, path)
  local tree = sources[mod]
  if tree and tree[path] then
    return mod, path
  end
end

local function normal(name)
  local path = gsub(name, "\\", "/")
  path = gsub(path, "%.lua$", "")
  if not find(path, "/") then
    path = gsub(path, "%.", "/")
  elseif find(path, "^__[^/]+__%.") then
    path = gsub(path, "%.", "/")
  end
  return path
end

local function search(name, mod, folder)
  local owner, rest = match(name, "^__(.-)__[/.](.+)$")
  if owner then
    local path = normal("/" .. rest)
    path = gsub(path, "^/", "")
    for _, candidate in ipairs({ path .. ".lua", gsub(path, "%.", "/") .. ".lua", rest }) do
      local found, at = file_of(owner, candidate)
      if found then
        return found, at
      end
    end
    local dotted = gsub(path, "%.", "/") .. ".lua"
    if built_in[owner] and sources[owner] and (find(dotted, "^graphics/") or find(dotted, "^sound/") or find(dotted, "simulations")) then
      return owner, dotted, true
    end
    return nil, dotted
  end
  local slashed = gsub(gsub(gsub(name, "%.lua$", ""), "%.", "/"), "\\", "/")
  local kept = gsub(gsub(name, "%.lua$", ""), "\\", "/")
  for _, base in ipairs({ slashed, kept }) do
    for _, place in ipairs({ { mod, folder .. base }, { mod, base }, { "core", "lualib/" .. base } }) do
      local found, at = file_of(place[1], place[2] .. ".lua")
      if found then
        return found, at
      end
    end
  end
  if built_in[mod] and (find(slashed, "^graphics/") or find(slashed, "^sound/") or find(slashed, "simulations")) then
    return mod, slashed .. ".lua", true
  end
  return nil, slashed .. ".lua"
end

local ran = {} -- the Lua files that ran, by mod; without those of the game
local function run_file(mod, path)
  local source = sources[mod][path]
  if not built_in[mod] then
    ran[mod] = ran[mod] or {}
    ran[mod][path] = path
  end
  if sub(source, 1, 3) == "\239\187\191" then
    source = sub(source, 4)
  end
  local chunk, message = native_load(source, "@__" .. mod .. "__/" .. path, "t")
  if not chunk then
    error(message, 0)
  end
  return chunk
end

function require(name)
  if native_type(name) ~= "string" then
    error("bad argument #1 to 'require' (string expected, got " .. native_type(name) .. ")", 2)
  end
  if find(name, "..", 1, true) and find(gsub(name, "\\", "/"), "%.%./") or find(name, "^[/\\]") then
    error("require: the path '" .. name .. "' leads out of the mod", 2)
  end
  if find(name, "^__") and package.loaded[name] ~= nil then
    return package.loaded[name]
  end
  local source = native_getinfo(2, "S").source
  if native_getinfo(1, "t").istailcall then
    source = running_files[#running_files] -- `return require(…)` leaves no frame of its file
  end
  local level = 3
  while source and not find(source, "^@__") do
    local info = native_getinfo(level, "S")
    source = info and info.source
    level = level + 1
  end
  local mod, from = match(source or "", "^@__(.-)__/(.*)$")
  mod = mod or running
  local owner, path, is_missing = search(name, mod, match(from or "", "^(.*/)") or "")
  if not owner and package.loaded[name] ~= nil then
    return package.loaded[name] -- a file of the mod goes before a library of that name: `require "table"`
  end
  if not owner then
    -- Mods compare this text to see whether a file is there (observed).
    error("module " .. name .. " not found;  no such file __" .. (match(name, "^__(.-)__") or mod) .. "__/" .. path, 2)
  end
  local key = "__" .. owner .. "__/" .. path
  if loaded[key] == nil and package.loaded[key] == nil then
    if is_missing then
      loaded[key] = missing_of_game(owner, path)
    else
      local chunk = run_file(owner, path)
      loaded[key] = true -- of a file that requires itself on the way
      running_files[#running_files + 1] = "@" .. key
      local value = chunk(name)
      running_files[#running_files] = nil
      loaded[key] = value == nil and true or value
    end
    package.loaded[key] = loaded[key]
  end
  return loaded[key] == nil and package.loaded[key] or loaded[key]
end

-- the stages --------------------------------------------------------------------------------------------

local function forget_modules()
  loaded, running_files = {}, {}
  rawset(package, "loaded", {})
  package.preload, package.searchers, package.path, package.cpath, package.config = nil, nil, nil, nil, nil
  package.searchpath = nil
  for _, name in ipairs({ "string", "table", "math", "bit32" }) do
    package.loaded[name] = globals[name]
  end
end

-- Which mod added a prototype first, by type and name; "" for those of the game itself. And where that mod
-- called `data:extend` for it, as file:line; in `added_through` the other mod whose function did it for that mod.
local added_by, added_at, added_through
local function note_place(list)
  if built_in[running] or native_type(list) ~= "table" then
    return
  end
  local place, first
  local prefix = "@__" .. running .. "__/"
  for level = 3, 20 do
    local info = native_getinfo(level, "Sl")
    if not info then
      break
    end
    if sub(info.source, 1, #prefix) == prefix then
      place = sub(info.source, #prefix + 1) .. ":" .. info.currentline
      break
    end
    local owner = match(info.source, "^@__(.-)__/")
    if owner and not built_in[owner] then
      first = first or owner
    end
  end
  if not place and not first then
    return
  end
  for _, one in native_next, list do
    if native_type(one) == "table" then
      local kind, name = rawget(one, "type"), rawget(one, "name")
      if native_type(kind) == "string" and native_type(name) == "string" then
        added_at[kind] = added_at[kind] or {}
        added_through[kind] = added_through[kind] or {}
        if first and not added_at[kind][name] then
          added_through[kind][name] = added_through[kind][name] or first
        end
        added_at[kind][name] = added_at[kind][name] or place
      end
    end
  end
end

-- Called with `data:extend(list)` and with `data.extend(list)`.
local function watch_extend()
  local extend = native_type(data) == "table" and rawget(data, "extend")
  if native_type(extend) ~= "function" then
    return
  end
  data.extend = function(self, list)
    note_place(list == nil and self or list)
    return extend(self, list)
  end
end

-- `data.raw`; nil where a mod has put something else in its place.
local function raw_data()
  local raw = native_type(data) == "table" and rawget(data, "raw")
  return native_type(raw) == "table" and raw or nil
end

local function note_new(mod, raw)
  local owner = built_in[mod] and "" or mod
  for kind, named in native_next, raw do
    if native_type(named) == "table" then
      local known = added_by[kind]
      if not known then
        known = {}
        added_by[kind] = known
      end
      for name in native_next, named do
        if not known[name] then
          known[name] = owner
        end
      end
    end
  end
end

local failure
local function handler(message)
  local text = native_type(message) == "string" and message
    or native_type(message) == "table" and shown(message)
    or tostring(message)
  text = gsub(text, "^stage:%d+: ", "")
  local frames = {}
  for level = 2, 200 do
    local info = native_getinfo(level, "Sl")
    if not info then
      break
    end
    local mod, file = match(info.source, "^@__(.-)__/(.*)$")
    if mod then
      frames[#frames + 1] = { mod = mod, file = file, line = info.currentline }
    end
  end
  return { message = sub(text, 1, 2000), frames = frames }
end

local function run_stage(stage, name)
  helpers.stage = stage
  for _, mod in ipairs(mods) do
    local path = name .. ".lua"
    if sources[mod][path] then
      running = mod
      forget_modules()
      local ok, found = xpcall(function()
        run_file(mod, path)()
      end, handler)
      if not ok then
        if native_type(found) ~= "table" then
          found = { message = tostring(found), frames = {} }
        end
      elseif not raw_data() then
        ok, found = false, { message = "data.raw is no table after this file", frames = {} }
      end
      if not ok then
        found.mod, found.stage, found.file = mod, name, path
        failure = found
        return false
      end
      note_new(mod, raw_data())
    end
  end
  running = ""
  return true
end

local function fresh_data()
  running = "core"
  forget_modules()
  local ok, found = xpcall(function()
    run_file("core", "lualib/dataloader.lua")()
  end, handler)
  if not ok then
    found.mod, found.stage, found.file = "core", "dataloader", "lualib/dataloader.lua"
    failure = found
  else
    watch_extend()
  end
  return ok
end

local function run_all(stage, prefix)
  added_by, added_at, added_through = {}, {}, {}
  return fresh_data()
    and run_stage(stage, prefix)
    and run_stage(stage, prefix .. "-updates")
    and run_stage(stage, prefix .. "-final-fixes")
end

local setting_kinds = { "bool-setting", "int-setting", "double-setting", "string-setting", "color-setting" }
local function startup_settings()
  local startup, raw = {}, raw_data()
  for _, kind in ipairs(setting_kinds) do
    local named = rawget(raw, kind)
    for name, one in native_next, native_type(named) == "table" and named or {} do
      if native_type(one) == "table" and one.setting_type == "startup" then
        local value = one.default_value
        if one.hidden and one.forced_value ~= nil then
          value = one.forced_value
        end
        startup[name] = { value = value }
      end
    end
  end
  return startup
end

-- the result --------------------------------------------------------------------------------------------

local pieces, piece_count, bytes = {}, 0, 0
local function put(text)
  piece_count = piece_count + 1
  pieces[piece_count] = text
  bytes = bytes + #text
  if bytes > given.max_result_bytes then
    error("the prototypes are larger than " .. given.max_result_bytes .. " bytes", 0)
  end
end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
local function quote(text)
  if not find(text, '[%c"\\\127]') then
    return '"' .. text .. '"'
  end
  return '"' .. gsub(text, '[%c"\\\127]', function(c)
    return escapes[c] or format("\\u%04x", byte(c))
  end) .. '"'
end

-- The same few keys and texts are in thousands of prototypes.
local quoted_keys, quoted_texts = {}, {}
local function quoted_key(key)
  -- Any other key is named by its kind: `tostring` may call a function of the mod, also for a string.
  local kind = native_type(key)
  local found = quote(kind == "string" and key or kind == "number" and tostring(key) or kind) .. ":"
  quoted_keys[key] = found
  return found
end
local function quoted_text(text)
  local found = quote(text)
  quoted_texts[text] = found
  return found
end

local max_depth = 150 -- what reads the result has a bound as well
local on_path = {}
local encode
local function encode_table(value, depth)
  if on_path[value] or depth > max_depth then
    put("null")
    return
  end
  on_path[value] = true
  local length = rawlen(value)
  local is_list = length > 0 or native_next(value) == nil
  if length > 0 then
    local count = 0
    for _ in native_next, value do
      count = count + 1
    end
    is_list = count == length
  end
  if is_list then
    put("[")
    for index = 1, length do
      if index > 1 then
        put(",")
      end
      encode(rawget(value, index), depth + 1)
    end
    put("]")
  else
    local mark = "{"
    for key, inner in native_next, value do
      put(mark)
      put(quoted_keys[key] or quoted_key(key))
      mark = ","
      encode(inner, depth + 1)
    end
    put("}")
  end
  on_path[value] = nil
end

function encode(value, depth)
  local kind = native_type(value)
  if kind == "table" then
    encode_table(value, depth)
  elseif kind == "string" then
    put(quoted_texts[value] or quoted_text(value))
  elseif kind == "number" then
    if value ~= value or value == huge or value == -huge then
      put("null")
    else
      put(value == floor(value) and value > -1e15 and value < 1e15 and format("%d", value) or format("%.14g", value))
    end
  elseif kind == "boolean" then
    put(value and "true" or "false")
  else
    put("null")
  end
end

local function result(fields)
  pieces, piece_count, bytes, on_path = {}, 0, 0, {}
  fields.log, fields.log_left_out, fields.not_judged = log_lines, log_count, not_judged
  encode(fields, 0)
  return concat(pieces)
end

-- A loop is stopped here, where its line is known. One match of a pattern is one call that no hook sees: such
-- a process is ended from outside.
local out_of_time = false
set_hook(function()
  if clock() > given.max_seconds then
    out_of_time = true
    error("it did not end within " .. given.max_seconds .. " seconds of processor time", 2)
  end
end, "", 1000000)

-- Names with empty prototypes, for a load of which only the names are compared.
local function names_of(raw)
  local names = {}
  for kind, named in native_next, raw do
    if native_type(named) == "table" then
      names[kind] = {}
      for name, one in native_next, named do
        names[kind][name] = native_type(one) == "table" and { name = name } or nil
      end
    end
  end
  return names
end

-- Without what the game itself added, so that the result stays small.
local function history()
  local found = {}
  for kind, named in native_next, added_by do
    for name, mod in native_next, named do
      if mod ~= "" then
        found[kind] = found[kind] or {}
        found[kind][name] = mod
      end
    end
  end
  return found
end

settings = nil
local setting_prototypes, setting_history, setting_places, setting_through = {}, {}, {}, {}
local ok = run_all("settings", "settings")
if ok then
  for _, kind in ipairs(setting_kinds) do
    setting_prototypes[kind] = rawget(raw_data(), kind)
  end
  setting_history, setting_places, setting_through = history(), added_at, added_through
  settings = { startup = startup_settings() }
  ok = run_all("prototype", "data")
end
if not ok then
  failure.out_of_time = out_of_time
  return result({ error = failure })
end
return result({
  prototypes = given.names_only and names_of(raw_data()) or raw_data(),
  added_by = history(),
  added_at = added_at,
  added_through = added_through,
  ran = ran,
  settings = setting_prototypes,
  settings_added_by = setting_history,
  settings_added_at = setting_places,
  settings_added_through = setting_through,
})
