-- Text of the data that can't be set in the PDF as it stands. A character that the fonts lack, or
-- that isn't to be seen (controls, marks that turn the direction of writing), is told by its code,
-- ‹U+1F912›. A word too long for a column may break inside, at a space without width.
local M = {}

local LONGEST, PIECE = 40, 20 -- characters of a word that stays whole, and of the pieces of another
local BREAK = "\u{200B}"
local known

-- Read the ranges of the characters that can be set: a line each, first and last in hexadecimal.
function M.read(file)
  local handle = io.open(file, "r")
  if not handle then
    error("CSR|The report has no list of the characters that it can set|" .. file, 0)
  end
  known = {}
  for first, last in handle:read("a"):gmatch("(%x+) (%x+)") do
    for code = tonumber(first, 16), tonumber(last, 16) do
      known[code] = true
    end
  end
  handle:close()
end

local function in_signs(text)
  if not text:find("[\128-\255%c]") then
    return text
  end
  return (text:gsub(utf8.charpattern, function(character)
    local code = utf8.codepoint(character)
    if not known[code] then
      return ("‹U+%04X›"):format(code)
    end
  end))
end

local function in_pieces(word)
  local length = utf8.len(word)
  if length <= LONGEST then
    return word
  end
  local pieces = {}
  for first = 1, length, PIECE do
    local last = math.min(first + PIECE, length + 1)
    pieces[#pieces + 1] = word:sub(utf8.offset(word, first), utf8.offset(word, last) - 1)
  end
  return table.concat(pieces, BREAK)
end

function M.settable(text)
  text = in_signs(text)
  return #text > LONGEST and text:gsub("[^%s]+", in_pieces) or text
end

-- The same for the rows of a table (html.lua).
function M.settable_rows(rows)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      for _, piece in ipairs(cell.pieces) do
        piece.text = M.settable(piece.text)
      end
    end
  end
  return rows
end

-- The same for the text of a document.
function M.settable_document(doc)
  local function told(element)
    element.text = M.settable(element.text)
    return element
  end
  return doc:walk({ Str = told, Code = told, CodeBlock = told })
end

return M
