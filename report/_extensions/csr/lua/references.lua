-- References `@tlf-<key>`, and links within the report: each must have its target.
local M = {}

local function stop(what, found)
  error(("CSR|%s|%s"):format(what, found), 0)
end

local function link(citation, index, number)
  local key = citation.id:match("^tlf%-(.+)$")
  local entry = key and index[key]
  if not entry then
    stop("A reference has no target", "@" .. citation.id)
  end
  return pandoc.Link({ pandoc.Str((number(entry):gsub(" ", "\u{a0}"))) }, "#" .. citation.id)
end

-- `[@tlf-a; @tlf-b]` and `@tlf-a` become links with kind and number.
function M.resolve(doc, index, number)
  return doc:walk({
    Cite = function(cite)
      local inlines = pandoc.Inlines({})
      for i, citation in ipairs(cite.citations) do
        if i > 1 then
          inlines:extend({ pandoc.Str(","), pandoc.Space() })
        end
        inlines:insert(link(citation, index, number))
      end
      return inlines
    end,
  })
end

-- Stop at a link within the report that leads nowhere. `shown` are keys of displays.
function M.check(doc, shown)
  local targets = {}
  for key in pairs(shown) do
    targets["tlf-" .. key] = true
  end
  local function note(element)
    if element.identifier ~= "" then
      targets[element.identifier] = true
    end
  end
  doc:walk({ Header = note, Div = note, Span = note, Table = note, Figure = note })
  doc:walk({
    Link = function(one)
      local target = one.target:match("^#(.+)$")
      if target and not targets[target] then
        stop("A reference has no target", one.target)
      end
    end,
  })
end

return M
