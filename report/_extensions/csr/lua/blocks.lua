-- Callouts, landscape sections and tables written in Markdown.
local M = {}

local CALLOUTS = { note = "Note", warning = "Warning", important = "Important", caution = "Caution", tip = "Tip" }

local function callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind and CALLOUTS[kind] then
      return kind
    end
  end
end

local function callout(div, kind)
  local content = div.content:clone()
  local title = { pandoc.Str(CALLOUTS[kind]) }
  if content[1] and content[1].t == "Header" then
    title = content:remove(1).content
  end
  local blocks = pandoc.Blocks({})
  if FORMAT:find("typst") then
    blocks:insert(pandoc.RawBlock("typst", ('#report-callout("%s")['):format(kind)))
    blocks:insert(pandoc.Para({ pandoc.Strong(title) }))
    blocks:extend(content)
    blocks:insert(pandoc.RawBlock("typst", "]"))
    return blocks
  end
  blocks:insert(pandoc.Div({ pandoc.Plain(title) }, pandoc.Attr("", { "note-title" })))
  blocks:extend(content)
  return pandoc.Div(blocks, pandoc.Attr("", { "note-box", "note-" .. kind }, { role = "note" }))
end

local function is_landscape(div)
  return div.classes:includes("landscape") and not div.classes:includes("tlf")
end

local function landscape(div)
  if not FORMAT:find("typst") then
    return div.content
  end
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", "#landscape-pages[") })
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

-- Text width in em of the size that Markdown tables are set in (csr.typ: 8.5 pt).
local ROOM = { portrait = 56.6, landscape = 85.7 }

function M.set(doc, widths, native)
  local function sized(room)
    -- false: the table that stands in the result is set already, don't go into it again.
    return {
      traverse = "topdown",
      Table = function(block) return native.size(block, widths, room, 1), false end,
    }
  end
  return doc:walk({
    traverse = "topdown",
    Div = function(div)
      if is_landscape(div) then
        return landscape(div:walk(sized(ROOM.landscape))), false
      end
    end,
    Table = sized(ROOM.portrait).Table,
  }):walk({
    Div = function(div)
      local kind = callout_kind(div)
      return kind and callout(div, kind) or nil
    end,
  })
end

return M
