-- Gives a table written in Markdown column widths that suit its text.
local M = {}

local function cells_of(row, header)
  local cells, column = {}, 1
  for _, cell in ipairs(row.cells) do
    cells[#cells + 1] = {
      column = column,
      colspan = cell.col_span,
      bold = header,
      text = pandoc.utils.stringify(cell.contents),
    }
    column = column + cell.col_span
  end
  return { cells = cells }
end

local function rows_of(block)
  local rows = {}
  for _, row in ipairs(block.head.rows) do
    rows[#rows + 1] = cells_of(row, true)
  end
  for _, body in ipairs(block.bodies) do
    for _, row in ipairs(body.body) do
      rows[#rows + 1] = cells_of(row, false)
    end
  end
  return rows
end

-- HTML: no widths and alignments as inline styles, which the report's policy forbids.
local function plain(block)
  local specs, right = {}, {}
  for c, spec in ipairs(block.colspecs) do
    specs[c], right[c] = { "AlignDefault" }, spec[1] == "AlignRight"
  end
  local function mark(rows)
    for _, row in ipairs(rows) do
      for c, cell in ipairs(row.cells) do
        if right[c] then
          cell.classes:insert("right")
        end
      end
    end
    return rows
  end
  block.head.rows = mark(block.head.rows)
  for _, body in ipairs(block.bodies) do
    body.body = mark(body.body)
  end
  block.colspecs = specs
  return pandoc.Div({ block }, pandoc.Attr("", { "scroll", "text-table" }))
end

-- `room` and `padding` in em of the size that the table is set in.
function M.size(block, widths, room, padding)
  if not FORMAT:find("typst") then
    return plain(block)
  end
  local columns = #block.colspecs
  local _, fitted = widths.fit(rows_of(block), columns, room, { 1 }, false, padding)
  local total = 0
  for c = 1, columns do
    total = total + fitted[c]
  end
  local specs = {}
  for c = 1, columns do
    specs[c] = { block.colspecs[c][1], fitted[c] / total }
  end
  block.colspecs = specs
  return { pandoc.RawBlock("typst", "#markdown-table["), block, pandoc.RawBlock("typst", "]") }
end

return M
