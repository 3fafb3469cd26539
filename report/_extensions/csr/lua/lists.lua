-- Lists of displays (`::: {.display-list kind="table"}`) and the contents (`::: {.contents}`).
local M = {}

local function html_list(keys, index, number)
  local items = {}
  for i, key in ipairs(keys) do
    local entry = index[key]
    local text = {
      pandoc.Span({ pandoc.Str(number(entry)) }, pandoc.Attr("", { "display-number" })),
      pandoc.Space(),
      pandoc.Str(entry.title),
    }
    items[i] = { pandoc.Plain({ pandoc.Link(text, "#tlf-" .. key) }) }
  end
  return pandoc.Div({ pandoc.BulletList(items) }, pandoc.Attr("", { "display-list" }))
end

local function typst_list(keys, index, number, quote)
  local lines = { "#display-list(" }
  for _, key in ipairs(keys) do
    local entry = index[key]
    lines[#lines + 1] = ("  (<tlf-%s>, %s, %s),"):format(key, quote(number(entry)), quote(entry.title))
  end
  lines[#lines + 1] = ")"
  return pandoc.RawBlock("typst", table.concat(lines, "\n"))
end

local function list_of(kind, shown, index, number, quote)
  local keys = {}
  for _, key in ipairs(shown) do
    if index[key].kind == kind then
      keys[#keys + 1] = key
    end
  end
  if #keys == 0 then
    return pandoc.Para({ pandoc.Str("None.") })
  end
  if FORMAT:find("typst") then
    return typst_list(keys, index, number, quote)
  end
  return html_list(keys, index, number)
end

-- On paper the contents stand in the text, below their heading; on screen beside it.
local function contents(div)
  if not FORMAT:find("typst") then
    return {}
  end
  local blocks = div.content:clone()
  blocks:insert(pandoc.RawBlock("typst", "#report-contents()"))
  return blocks
end

-- `shown` are the keys of the displays in the order of the report.
function M.fill(doc, shown, index, number, quote)
  return doc:walk({
    Div = function(div)
      if div.classes:includes("display-list") and div.attributes.kind then
        return list_of(div.attributes.kind, shown, index, number, quote)
      elseif div.classes:includes("contents") then
        return contents(div)
      end
    end,
  })
end

return M
