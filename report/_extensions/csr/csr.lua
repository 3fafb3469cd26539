-- The report's own filter: numbers, captions, references, tables, lists of displays, callouts.
-- It runs unchanged under Quarto (at pre-ast) and under the embedded engine.

local here = PANDOC_SCRIPT_FILE:match("^(.*)[/\\]") or "."
local function part(name)
  return dofile(here .. "/lua/" .. name .. ".lua")
end

local displays, references, lists = part("displays"), part("references"), part("lists")
local blocks, native, widths = part("blocks"), part("native"), part("widths")
local characters = part("characters")
local tools = {
  html = part("html"), typst = part("typst"), widths = widths, decimals = part("decimals"), characters = characters,
}

local INDEX, CHARACTERS = "_stage/index.json", "_stage/characters.txt"

-- Embedded cells come wrapped in divs; a display must stand at the top level of the report.
local function unwrapped(list)
  local flat = pandoc.Blocks({})
  for _, block in ipairs(list) do
    local holds = false
    if block.t == "Div" and not displays.is_display(block) then
      block:walk({ Div = function(div) holds = holds or displays.is_display(div) end })
    end
    if holds then
      flat:extend(unwrapped(block.content))
    else
      flat:insert(block)
    end
  end
  return flat
end

-- Set every display; headings right above one go with it.
local function place_displays(list, index)
  local result, pending, shown, level = pandoc.Blocks({}), pandoc.Blocks({}), pandoc.List({}), 0
  for _, block in ipairs(list) do
    if block.t == "Header" then
      level = block.level
      pending:insert(block)
    elseif displays.is_display(block) then
      local made, key = displays.blocks(block, pending, level + 1, index, tools)
      result:extend(made)
      shown:insert(key)
      pending = pandoc.Blocks({})
    else
      result:extend(pending)
      result:insert(block)
      pending = pandoc.Blocks({})
    end
  end
  result:extend(pending)
  return result, shown
end

local function set_of(list)
  local set = {}
  for _, key in ipairs(list) do
    if set[key] then
      error("CSR|A display stands twice in the report|" .. key, 0)
    end
    set[key] = true
  end
  return set
end

function Pandoc(doc)
  local index = displays.read_index(INDEX)
  local shown
  if FORMAT:find("typst") then
    characters.read(CHARACTERS)
    doc = characters.settable_document(doc)
  end
  doc.blocks, shown = place_displays(unwrapped(doc.blocks), index)
  doc = lists.fill(doc, shown, index, displays.number, tools.typst.quote)
  doc = references.resolve(doc, index, displays.number)
  references.check(doc, set_of(shown))
  return blocks.set(doc, widths, native)
end
