-- Reads the HTML of a display's table (thead, tbody groups, tfoot) into rows of cells.
-- A reader of its own, since pandoc's takes seconds for a listing of a few thousand rows.
local M = {}

local ENTITIES = { lt = "<", gt = ">", amp = "&", quot = '"', apos = "'", nbsp = "\u{a0}",
  ndash = "–", mdash = "—", le = "≤", ge = "≥", plusmn = "±", times = "×", micro = "µ", minus = "−" }

local function decode(text)
  return (text:gsub("&(#?)(%w+);", function(number, name)
    if number == "" then
      return ENTITIES[name]
    end
    local code = name:match("^[xX](%x+)$")
    return utf8.char(tonumber(code or name, code and 16 or 10))
  end))
end

local function attribute(attributes, name)
  return (" " .. attributes):match("[%s]" .. name .. '="([^"]*)"')
end

local function classes(attributes)
  local set = {}
  for class in (attribute(attributes, "class") or ""):gmatch("%S+") do
    set[class] = true
  end
  return set
end

local STYLED = { sup = true, sub = true, em = true, i = true, strong = true, b = true }
local IGNORED = { table = true, span = true, a = true, abbr = true, p = true, div = true, colgroup = true, col = true }

-- Rows of a table: part (head, body, foot), classes, first of its body, and cells with text,
-- styled pieces, colspan, rowspan, header.
function M.read(html, name)
  local rows, row, cell = {}, nil, nil
  local part, bodies, style = nil, 0, {}

  local function add(text)
    if cell then
      cell.pieces[#cell.pieces + 1] = { text = text, style = style[#style] }
    elseif text:find("%S") then
      error(("CSR|A table has text outside its cells|%s: %s"):format(name, text), 0)
    end
  end

  local handlers = {
    thead = function() part = "head" end,
    tbody = function() part, bodies = "body", bodies + 1 end,
    tfoot = function() part = "foot" end,
    tr = function(attributes)
      row = { part = part or "body", classes = classes(attributes), body = bodies, cells = {} }
      rows[#rows + 1] = row
    end,
    br = function() add("\n") end,
  }
  local function open_cell(tag, attributes)
    cell = {
      header = tag == "th",
      scope = attribute(attributes, "scope"),
      classes = classes(attributes),
      colspan = tonumber(attribute(attributes, "colspan") or 1),
      rowspan = tonumber(attribute(attributes, "rowspan") or 1),
      pieces = {},
    }
    row.cells[#row.cells + 1] = cell
  end

  local known = { td = true, th = true }
  for text, close, tag, attributes in (html .. "<end>"):gmatch("([^<]*)<(/?)(%w+)([^>]*)>") do
    if text ~= "" then
      add(decode(text:gsub("%s+", " ")))
    end
    if known[tag] then
      if close == "" then open_cell(tag, attributes) else cell = nil end
    elseif handlers[tag] then
      if close == "" then handlers[tag](attributes) end
    elseif STYLED[tag] then
      if close == "" then style[#style + 1] = tag else style[#style] = nil end
    elseif not IGNORED[tag] and tag ~= "end" then
      error(("CSR|A table holds an element that the report can't set|%s: <%s>"):format(name, tag), 0)
    end
  end
  return rows
end

return M
