-- Displays: a div `#tlf-<key>` gets its heading from the index and its form for the output.
local M = {}

local KINDS = { table = "Table", figure = "Figure", listing = "Listing" }
-- Text width of the page (csr.typ) in pt.
local ROOM = { portrait = 481.8, landscape = 728.5 }

local function stop(what, found)
  error(("CSR|%s|%s"):format(what, found), 0)
end

function M.is_display(block)
  return block.t == "Div" and block.classes:includes("tlf") and block.identifier:find("^tlf%-") ~= nil
end

function M.number(entry)
  return KINDS[entry.kind] .. " " .. entry.number
end

local function entry_of(block, index)
  local key = block.identifier:sub(5)
  return key, index[key] or stop("The report shows a display that the index doesn't have", key)
end

local function image_of(block, key)
  local image
  block:walk({ Image = function(one) image = image or one end })
  if not image then
    stop("A figure's display holds no image", key)
  end
  local alt = pandoc.utils.stringify(image.caption)
  if not alt:find("%S") then
    stop("A figure has no alternative text", key)
  end
  return image, alt
end

local function notes_of(block)
  local notes = pandoc.Blocks({})
  block:walk({
    Div = function(one)
      if one.classes:includes("tlf-notes") then
        notes:extend(one.content)
      end
    end,
  })
  return notes
end

local function html_of(block, key)
  local html = {}
  block:walk({
    RawBlock = function(raw)
      if raw.format:find("^html") then
        html[#html + 1] = raw.text
      end
    end,
  })
  if #html == 0 then
    stop("A table's display holds no HTML table", key)
  end
  return table.concat(html, "\n")
end

-- HTML: heading, population line, and the table in a box of its own that scrolls.

local function html_heading(key, entry, level)
  local number = pandoc.Span({ pandoc.Str(M.number(entry)) }, pandoc.Attr("", { "display-number" }))
  local title = pandoc.Span({ pandoc.Str(entry.title) }, pandoc.Attr("", { "display-title" }))
  return pandoc.Header(level, { number, pandoc.Space(), title }, pandoc.Attr("tlf-" .. key, { "display-heading", entry.orientation }))
end

local function html_display(block, key, entry, level)
  local content = pandoc.Blocks({})
  if entry.population ~= "" then
    content:insert(pandoc.Div({ pandoc.Para({ pandoc.Str(entry.population) }) }, pandoc.Attr("", { "population" })))
  end
  if entry.kind == "figure" then
    local image, alt = image_of(block, key)
    content:insert(pandoc.Plain({ pandoc.Image({ pandoc.Str(alt) }, image.src) }))
    content:insert(pandoc.Div(notes_of(block), pandoc.Attr("", { "tlf-notes" })))
  else
    local labelled = html_of(block, key):gsub("<table ", ('<table aria-labelledby="tlf-%s" '):format(key), 1)
    content:insert(pandoc.RawBlock("html",
      ('<div class="scroll" role="region" aria-labelledby="tlf-%s" tabindex="0">\n%s\n</div>'):format(key, labelled)))
  end
  local classes = { "tlf", "tlf-" .. entry.kind, entry.orientation }
  return { html_heading(key, entry, level), pandoc.Div(content, pandoc.Attr("", classes)) }
end

-- Typst: a page of its own, turned as the index says, headings of the section inside.

-- Height in pt that a display's heading takes, and one of a section above it.
local HEADING, SECTION = 48, 44

local function typst_figure(block, key, typst, sections)
  local image, alt = image_of(block, key)
  local notes = {}
  for i, note in ipairs(notes_of(block)) do
    notes[i] = ("note(%s),"):format(typst.quote(pandoc.utils.stringify(note)))
  end
  return ("#display-figure(%dpt, image(%s, alt: %s, width: 100%%), (%s))"):format(
    HEADING + sections * SECTION, typst.quote(image.src), typst.quote(alt), table.concat(notes, " "))
end

local function typst_display(block, key, entry, level, tools, sections)
  local body
  if entry.kind == "figure" then
    body = typst_figure(block, key, tools.typst, sections)
  else
    local rows = tools.characters.settable_rows(tools.html.read(html_of(block, key), key))
    body = tools.typst.table(rows, tools, ROOM[entry.orientation], entry.kind == "listing")
  end
  local quote = tools.typst.quote
  local opening = ("#display-heading(%d, %s, %s, %s) <tlf-%s>"):format(
    level, quote(M.number(entry)), quote(entry.title), quote(entry.population), key)
  return opening .. "\n" .. body
end

-- The blocks of a display. `before` are headings that stand right above it.
function M.blocks(block, before, level, index, tools)
  local key, entry = entry_of(block, index)
  if FORMAT:find("typst") then
    local quote = tools.typst.quote
    local blocks = pandoc.Blocks({
      pandoc.RawBlock("typst", ("#display-page(%s, %s, %s)["):format(
        tostring(entry.orientation == "landscape"), quote(M.number(entry)), quote(entry.title))),
    })
    blocks:extend(before)
    blocks:insert(pandoc.RawBlock("typst", typst_display(block, key, entry, level, tools, #before)))
    blocks:insert(pandoc.RawBlock("typst", "]"))
    return blocks, key
  end
  -- In print a display's page is turned, and the headings above it with it.
  for _, heading in ipairs(before) do
    heading.classes:insert(entry.orientation)
  end
  local blocks = pandoc.Blocks(before)
  blocks:extend(html_display(block, key, entry, level))
  return blocks, key
end

-- Read the index that the stage holds beside the report.
function M.read_index(file)
  local handle = io.open(file, "r")
  if not handle then
    stop("The report has no index of displays", file)
  end
  local index = pandoc.json.decode(handle:read("a"), false)
  handle:close()
  return index
end

return M
