-- How wide a text is set, and how a table's columns share a page.
-- Advance widths of Source Sans Pro Regular, in 1/1000 em, from the space to the tilde.
local ADVANCE = {
  200, 289, 426, 497, 497, 824, 609, 249, 303, 303, 418, 497, 249, 311, 249, 350, 497, 497, 497,
  497, 497, 497, 497, 497, 497, 497, 249, 249, 497, 497, 497, 425, 847, 544, 588, 571, 615, 527,
  494, 617, 652, 263, 480, 579, 486, 727, 647, 664, 566, 664, 569, 534, 536, 645, 515, 786, 513,
  476, 539, 303, 350, 303, 497, 500, 542, 504, 553, 456, 555, 496, 292, 504, 544, 246, 247, 495,
  255, 829, 547, 542, 555, 555, 347, 419, 338, 544, 467, 718, 446, 467, 425, 303, 241, 303, 497,
}
local OTHER = 560
local BOLD = 1.05
local BREAK = "\u{200B}" -- where a word may break

local M = {}

local function width_of(word, bold)
  local total = 0
  for _, code in utf8.codes(word:gsub(BREAK, ""), true) do
    total = total + (ADVANCE[code - 31] or OTHER)
  end
  return total / 1000 * (bold and BOLD or 1)
end

-- How wide a text is, in em.
function M.text(text)
  return width_of(text, false)
end

-- Widest line and widest unbreakable piece of a text, in em.
function M.measure(text, bold)
  local line, word = 0, 0
  for part in (text .. "\n"):gmatch("(.-)\n") do
    line = math.max(line, width_of(part, bold))
    for piece in part:gsub("([/%-;,])(%a)", "%1 %2"):gsub(BREAK, " "):gmatch("[^ ]+") do
      word = math.max(word, width_of(piece, bold))
    end
  end
  return line, word
end

-- Least and wished width of every column, and how much text it holds, in em; `padding` is added to
-- each.
local function demands(rows, columns, padding)
  local least, wished, mass = {}, {}, {}
  for c = 1, columns do
    least[c], wished[c], mass[c] = 0, 0, 0
  end
  local spanning = {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      local line, word = M.measure(cell.text, cell.bold)
      local indent = cell.indent or 0
      if cell.colspan == 1 then
        least[cell.column] = math.max(least[cell.column], word + indent + padding)
        wished[cell.column] = math.max(wished[cell.column], line + indent + padding)
        mass[cell.column] = mass[cell.column] + line
      elseif cell.colspan < columns then
        spanning[#spanning + 1] = { cell = cell, word = word + padding, line = line + padding }
      end
    end
  end
  for _, span in ipairs(spanning) do
    local sum = 0
    local last = span.cell.column + span.cell.colspan - 1
    for c = span.cell.column, last do
      sum = sum + wished[c]
    end
    local missing = (math.min(span.line, span.word * 2) - sum) / span.cell.colspan
    for c = span.cell.column, missing > 0 and last or 0 do
      least[c], wished[c] = least[c] + missing, wished[c] + missing
    end
  end
  return least, wished, mass
end

local function sum(list)
  local total = 0
  for _, value in ipairs(list) do
    total = total + value
  end
  return total
end

-- Columns of a listing or a text table: all get their least. Short ones (codes, dates) then get what
-- they wish, so that they aren't wrapped; the rest goes to the long ones by how much they hold.
local SHORT = 12

-- Pour what is spare into the columns by weight, none above what it wishes.
local function pour(widths, wished, weight, columns, spare)
  local open = columns
  while spare > 1e-6 and #open > 0 do
    local total, still, rest = 0, {}, 0
    for _, c in ipairs(open) do
      total = total + weight[c]
    end
    for _, c in ipairs(open) do
      local more = total > 0 and spare * weight[c] / total or spare / #open
      local taken = math.min(more, wished[c] - widths[c])
      widths[c] = widths[c] + taken
      rest = rest + more - taken
      if taken == more then
        still[#still + 1] = c
      end
    end
    if #still == #open then
      return
    end
    open, spare = still, rest
  end
end

local function share(least, wished, mass, room)
  local low, high = sum(least), sum(wished)
  local widths = {}
  if high <= room or low >= room then
    local base, total = table.unpack(high <= room and { wished, high } or { least, low })
    for c = 1, #least do
      widths[c] = base[c] * room / total
    end
    return widths
  end
  local spare, order, long = room - low, {}, {}
  for c = 1, #least do
    widths[c] = least[c]
    order[c] = c
  end
  table.sort(order, function(a, b)
    return wished[a] < wished[b] or (wished[a] == wished[b] and a < b)
  end)
  for _, c in ipairs(order) do
    local more = wished[c] - least[c]
    if wished[c] <= SHORT and more <= spare then
      widths[c], spare = wished[c], spare - more
    elseif more > 0 then
      long[#long + 1] = c
    end
  end
  -- By the root: a column with few long texts shall not starve beside one that is full.
  local weight = {}
  for _, c in ipairs(long) do
    weight[c] = math.sqrt(mass[c])
  end
  pour(widths, wished, weight, long, spare)
  return widths
end

-- Columns of a summary table: numbers equally wide, the row labels take what is left.
local function summarise(least, wished, mass, room)
  local widest = 0
  for c = 2, #wished do
    widest = math.max(widest, wished[c])
  end
  local labels = room - widest * (#wished - 1)
  if #wished == 1 or labels < math.max(least[1], math.min(wished[1], room * 0.24)) then
    return share(least, wished, mass, room)
  end
  labels = math.min(labels, math.max(wished[1] * 1.25, room * 0.3))
  local widths = { labels }
  for c = 2, #wished do
    widths[c] = (room - labels) / (#wished - 1)
  end
  return widths
end

-- Font size and column widths (both pt) with which a table fits `room` (pt).
-- The largest size is taken at which no word must be broken.
function M.fit(rows, columns, room, sizes, is_summary, padding)
  local chosen, least, wished, mass
  for _, size in ipairs(sizes) do
    chosen = size
    least, wished, mass = demands(rows, columns, padding / size)
    if sum(least) * size <= room then
      break
    end
  end
  local widths = (is_summary and summarise or share)(least, wished, mass, room / chosen)
  for c = 1, columns do
    widths[c] = widths[c] * chosen
  end
  return chosen, widths
end

return M
