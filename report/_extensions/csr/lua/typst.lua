-- Sets rows of cells (html.lua) as a Typst table by the functions of csr.typ.
local M = {}

local STYLES = { sup = "super", sub = "sub", em = "emph", i = "emph", strong = "strong", b = "strong" }
local INSET = 4 -- pt beside the text of a cell (display.typ)
local SLACK = 0.5 -- pt by which a text may turn out wider than measured
local ALIGN = { left = "left", right = "right", centre = "center" }

-- A Typst string: no mark-up is read in it, so no data can break out.
function M.quote(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

local function expression(pieces)
  local parts = {}
  for _, piece in ipairs(pieces) do
    for text, break_after in piece.text:gmatch("([^\n]*)(\n?)") do
      if text ~= "" then
        local quoted = M.quote(text)
        parts[#parts + 1] = piece.style and STYLES[piece.style] .. "(" .. quoted .. ")" or quoted
      end
      if break_after ~= "" then
        parts[#parts + 1] = "linebreak()"
      end
    end
  end
  return #parts > 0 and table.concat(parts, " + ") or '""'
end

local function alignment_of(cell)
  for class, name in pairs(ALIGN) do
    if cell.classes[class] then
      return name
    end
  end
end

local function plain(cell)
  local texts = {}
  for i, piece in ipairs(cell.pieces) do
    texts[i] = piece.text
  end
  return table.concat(texts)
end

local function indent_of(row)
  return tonumber(next(row.classes) and (row.classes.indent1 and 1 or row.classes.indent2 and 2
    or row.classes.indent3 and 3)) or 0
end

-- Give every cell its column (rowspans counted), its text and its indent; return the columns.
local function place(rows)
  local taken, columns, part = {}, 0, nil
  for _, row in ipairs(rows) do
    if row.part ~= part then
      taken, part = {}, row.part
    end
    local column = 1
    for position, cell in ipairs(row.cells) do
      while (taken[column] or 0) > 0 do
        column = column + 1
      end
      cell.column = column
      for c = column, column + cell.colspan - 1 do
        taken[c] = cell.rowspan
      end
      column = column + cell.colspan
      cell.text = plain(cell)
      cell.bold = row.part == "head" or row.classes.group
      cell.indent = row.part == "body" and position == 1 and indent_of(row) or 0
    end
    for c, left in pairs(taken) do
      taken[c] = left - 1
      columns = math.max(columns, c)
    end
  end
  return columns
end

local function cell_call(cell, body, aligned)
  local arguments = {}
  for _, name in ipairs({ "colspan", "rowspan" }) do
    if cell[name] > 1 then
      arguments[#arguments + 1] = name .. ": " .. cell[name]
    end
  end
  if aligned then
    arguments[#arguments + 1] = "align: " .. aligned
  end
  if #arguments == 0 then
    return body
  end
  return "table.cell(" .. table.concat(arguments, ", ") .. ", " .. body .. ")"
end

local function head_cell(cell, aligned)
  local body = "strong(" .. expression(cell.pieces) .. ")"
  if cell.colspan > 1 and cell.text:find("%S") then
    return cell_call(cell, "spanner(" .. body .. ")", "center + bottom")
  end
  return cell_call(cell, body, aligned[cell.column] .. " + bottom")
end

local function body_cell(cell, row, columns, offsets)
  local body = expression(cell.pieces)
  if row.classes.group and cell.header then
    body = "strong(" .. body .. ")"
  end
  if cell.indent > 0 then
    body = ("indented(%d, %s)"):format(cell.indent, body)
  end
  if offsets[cell] then
    return ("number(%.2fpt, %s)"):format(offsets[cell], body)
  end
  return cell_call(cell, body, columns > 1 and cell.colspan == columns and "left" or nil)
end

-- A row that is nothing but a group's heading.
local function is_heading(row, columns)
  return row.classes.group and #row.cells == 1 and row.cells[1].colspan == columns
end

-- A group's heading may come back on the next page only when every row stands below one.
local function headings_repeat(rows, columns)
  local body = nil
  for _, row in ipairs(rows) do
    if row.part == "body" and row.body ~= body then
      body = row.body
      if not is_heading(row, columns) then
        return false
      end
    end
  end
  return true
end

-- A row that names and counts what the rows after it, further in, are parts of.
local function leads(row, following)
  return row.classes.group and following and following.part == "body" and indent_of(following) > indent_of(row)
end

-- The line of a heading; Typst keeps it with the rows below only where there are any.
local function heading_line(row, following, columns, again, apart)
  local cell, text = row.cells[1], expression(row.cells[1].pieces)
  if leads(row, following) or (following and following.part == "body" and not following.classes.group) then
    return ("heading-row(%d, %d, %s, %s, %s),"):format(columns, cell.indent, again, tostring(apart), text)
  end
  return ("bare-heading(%d, %d, %s, %s),"):format(columns, cell.indent, tostring(apart), text)
end

local function body_lines(rows, columns, offsets)
  local lines, body = {}, nil
  local again = tostring(headings_repeat(rows, columns))
  for place, row in ipairs(rows) do
    if row.part == "body" then
      if is_heading(row, columns) then
        lines[#lines + 1] = heading_line(row, rows[place + 1], columns, again, body ~= nil)
      else
        if body and row.body ~= body then
          lines[#lines + 1] = "between-groups,"
        end
        local cells = {}
        for i, cell in ipairs(row.cells) do
          cells[i] = body_cell(cell, row, columns, offsets)
        end
        local line = table.concat(cells, ", ")
        if leads(row, rows[place + 1]) then
          line = ("leading-row(%d, %s)"):format(indent_of(row), line)
        end
        lines[#lines + 1] = line .. ","
      end
      body = row.body
    end
  end
  return lines
end

-- Alignment of each column, as the first cell of the body that stands alone in it says.
local function alignments(rows, columns)
  local list = {}
  for _, row in ipairs(rows) do
    if row.part == "body" and #row.cells == columns then
      for c, cell in ipairs(row.cells) do
        list[c] = alignment_of(cell) or (cell.header and "left") or "center"
      end
      break
    end
  end
  for c = 1, columns do
    list[c] = list[c] or "left"
  end
  return list
end

local function notes(rows)
  local texts = {}
  for _, row in ipairs(rows) do
    if row.part == "foot" then
      for _, cell in ipairs(row.cells) do
        local kind = row.classes.source and "source-note" or "note"
        texts[#texts + 1] = kind .. "(" .. expression(cell.pieces) .. "),"
      end
    end
  end
  return "(" .. table.concat(texts, " ") .. ")"
end

local function tuple(list)
  return "(" .. table.concat(list, ", ") .. (#list == 1 and "," or "") .. ")"
end

-- The Typst code of a table. `room` is the page's text width in pt.
function M.table(rows, tools, room, is_listing)
  local widths = tools.widths
  local columns = place(rows)
  local aligned = alignments(rows, columns)
  local sized, head = {}, {}
  for _, row in ipairs(rows) do
    if row.part ~= "foot" then
      sized[#sized + 1] = row
    end
    for _, cell in ipairs(row.part == "head" and row.cells or {}) do
      head[#head + 1] = head_cell(cell, aligned)
    end
  end
  local sizes = is_listing and { 7.5, 7, 6.5, 6 } or { 8.5, 8, 7.5, 7, 6.5 }
  local size, fitted = widths.fit(sized, columns, room, sizes, not is_listing, 2 * INSET + SLACK)
  local offsets = is_listing and {}
    or tools.decimals.offsets(rows, fitted, aligned, widths.text, size, INSET)
  for c, width in ipairs(fitted) do
    fitted[c] = ("%.2fpt"):format(width)
  end
  local code = {
    ("#display-table(%gpt, %s, %s, %s, %s, %s,"):format(
      size, tostring(is_listing), tuple(fitted), tuple(aligned), tuple(head), notes(rows)),
  }
  table.move(body_lines(rows, columns, offsets), 1, #rows * 2, 2, code)
  code[#code + 1] = ")"
  return table.concat(code, "\n")
end

return M
