-- Numbers of a column one below the other: every cell begins where its first number's units stand.
local M = {}

-- What stands before the decimal point of the first number, and the words that take its place.
local function head_of(text)
  return text:match("^%(?%-?%d+") or text:match("^%(?\u{2212}%d+") or text:match("^N[ER]%f[%A]")
end

-- How far each cell of the body stands from the left of its column, by cell; all in pt.
-- `sizes` are the columns' widths, `inset` is the space on each side of a cell's text.
function M.offsets(rows, sizes, aligned, measure, size, inset)
  local columns, found = {}, {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.part == "body" and row.cells or {}) do
      local head = cell.colspan == 1 and aligned[cell.column] == "center" and head_of(cell.text)
      if head and not cell.header and not cell.text:find("\n") then
        local before, whole = measure(head) * size, measure(cell.text) * size
        local column = columns[cell.column] or { before = 0, after = 0 }
        column.before = math.max(column.before, before)
        column.after = math.max(column.after, whole - before)
        columns[cell.column] = column
        found[#found + 1] = { cell = cell, before = before }
      end
    end
  end
  local offsets = {}
  for _, one in ipairs(found) do
    local column = columns[one.cell.column]
    local spare = sizes[one.cell.column] - 2 * inset - column.before - column.after
    if spare >= 0 then
      offsets[one.cell] = spare / 2 + column.before - one.before
    end
  end
  return offsets
end

return M
