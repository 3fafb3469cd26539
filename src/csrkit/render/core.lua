-- What Quarto's own filters would do, for the embedded engine: conditional content, page breaks.
-- `csr-engine` in the metadata gives format (html, pdf) and profile.

local format, profile
local ALIASES = { html = { html = true }, pdf = { pdf = true, typst = true } }

local function read_engine(meta)
  local engine = meta["csr-engine"]
  format, profile = pandoc.utils.stringify(engine.format), pandoc.utils.stringify(engine.profile)
  meta["csr-engine"] = nil
  return meta
end

local function holds(attributes, name)
  local wanted_format, wanted_profile = attributes[name .. "-format"], attributes[name .. "-profile"]
  local result = true
  if wanted_format then
    result = result and ALIASES[format][wanted_format] == true
  end
  if wanted_profile then
    result = result and wanted_profile == profile
  end
  return result
end

local function is_visible(element)
  local visible, hidden = element.classes:includes("content-visible"), element.classes:includes("content-hidden")
  if not visible and not hidden then
    return nil
  end
  local met = holds(element.attributes, "when")
  local has_unless = element.attributes["unless-format"] or element.attributes["unless-profile"]
  if has_unless then
    met = met and not holds(element.attributes, "unless")
  end
  if visible then
    return met
  end
  return not met
end

local BREAKS = {
  html = pandoc.RawBlock("html", '<div class="page-break"></div>'),
  pdf = pandoc.RawBlock("typst", "#pagebreak(weak: true)"),
}

local function conditional(element)
  if element.t == "Div" and element.classes:includes("pagebreak") and #element.content == 0 then
    return BREAKS[format]
  end
  local visible = is_visible(element)
  if visible == nil then
    return nil
  end
  return visible and element.content or {}
end

return { { Meta = read_engine }, { Div = conditional, Span = conditional } }
