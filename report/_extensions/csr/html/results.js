// What stands behind a number: a click on it, or Enter, shows its analysis results.
(function () {
  "use strict";
  var known = window.csrResults || { texts: [], sets: [], outputs: {} };
  var panel = null, asked = null;

  function element(name, text, className) {
    var made = document.createElement(name);
    if (text !== undefined) { made.textContent = text; }
    if (className) { made.className = className; }
    return made;
  }
  function entry(list, name, value) {
    list.append(element("dt", name));
    var shown = element("dd");
    shown.append(value);
    list.append(shown);
  }
  function plain(cell) { return cell ? cell.innerText.replace(/\s+/g, " ").trim() : ""; }

  // Column headers above a cell, spanners first; rows of the head may hold cells of several rows.
  function headers(cell) {
    var taken = [], names = [];
    Array.prototype.forEach.call(cell.closest("table").tHead.rows, function (row, line) {
      var place = 0;
      Array.prototype.forEach.call(row.cells, function (head) {
        while (taken[line] && taken[line][place]) { place += 1; }
        if (cell.cellIndex >= place && cell.cellIndex < place + head.colSpan) { names.push(plain(head)); }
        for (var below = line + 1; below < line + head.rowSpan; below += 1) {
          taken[below] = taken[below] || [];
          for (var c = place; c < place + head.colSpan; c += 1) { taken[below][c] = true; }
        }
        place += head.colSpan;
      });
    });
    return names;
  }
  // Label of a row after the labels of the rows that it stands below.
  function labels(row) {
    var names = [], level = Infinity;
    for (var one = row; one; one = one.previousElementSibling) {
      var indent = Number((/indent(\d)/.exec(one.className) || [0, 0])[1]);
      if (indent < level) { names.unshift(plain(one.cells[0])); level = indent; }
    }
    return names;
  }
  function joined(places, between) {
    return places.map(function (place) { return known.texts[place]; }).join(between);
  }
  function subjects(keys) {
    return keys && keys.length ? ": " + joined(keys, ", ") : "";
  }
  function describe(box, results, numbers) {
    var last = null, list = null;
    numbers.forEach(function (number) {
      var place = number - 1, value = results.values[place], set = results.sets[place];
      if (last === null || set !== results.sets[last]) {
        if (list) { sources(box, results, last); }
        list = element("dl", undefined, "values");
        box.append(list);
      }
      last = place;
      entry(list, known.texts[results.stats[place]], String(value));
    });
    sources(box, results, last);
  }
  function sources(box, results, place) {
    var method = element("dl", undefined, "source-of");
    entry(method, "Method", known.texts[results.methods[place]]);
    box.append(method);
    source(box, results.sets[place]);
    var denominator = results.denominators[place];
    if (denominator !== null) {
      box.append(element("p", "Denominator", "set-name"));
      source(box, denominator);
    }
  }
  function source(box, place) {
    var set = known.sets[place], list = element("dl", undefined, "source-of");
    entry(list, "Dataset", known.texts[set[0]]);
    entry(list, "Condition", joined(set[1], "; "));
    entry(list, "SQL", element("code", joined(set[2], " AND ")));
    entry(list, "Records", String(set[3]));
    entry(list, "Subjects", set[4] + subjects(set[5]));
    box.append(list);
  }
  function close(back) {
    if (!panel) { return; }
    panel.remove();
    panel = null;
    asked.classList.remove("asked");
    if (back) { asked.focus(); }
  }
  function open(cell) {
    var results = known.outputs[cell.closest("table").dataset.key];
    if (!results) { return; }
    close(false);
    asked = cell;
    cell.classList.add("asked");
    panel = element("div", undefined, "result");
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", "Results behind " + plain(cell));
    panel.tabIndex = -1;
    var button = element("button", "Close", "close");
    button.type = "button";
    button.addEventListener("click", function () { close(true); });
    panel.append(button, element("p", plain(cell), "shown"),
      element("p", labels(cell.parentElement).concat(headers(cell).join(", ")).filter(Boolean).join(" · "), "place"));
    describe(panel, results, cell.dataset.ard.split(" ").map(Number));
    document.body.append(panel);
    var at = cell.getBoundingClientRect(), size = panel.getBoundingClientRect(), room = document.documentElement.clientWidth;
    panel.style.left = Math.max(8, Math.min(at.left, room - size.width - 8)) + scrollX + "px";
    var below = at.bottom + 6, above = at.top - size.height - 6;
    panel.style.top = (below + size.height > innerHeight && above > 56 ? above : below) + scrollY + "px";
    panel.focus({ preventScroll: true });
  }

  // In a table only one number stands in the order of the Tab key; the arrow keys lead to the others.
  var STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  function neighbour(cell, step) {
    var rows = Array.prototype.slice.call(cell.closest("table").querySelectorAll("tbody tr"));
    var line = rows.indexOf(cell.parentElement), place = cell.cellIndex;
    for (;;) {
      line += step[0];
      place += step[1];
      var next = rows[line] && rows[line].cells[place];
      if (!rows[line] || (step[1] && !next)) { return null; }
      if (next && next.dataset.ard) { return next; }
    }
  }
  function numberOf(event) { return event.target.closest && event.target.closest("td[data-ard]"); }

  document.querySelectorAll("table.tlf-table").forEach(function (table) {
    var cells = table.querySelectorAll("td[data-ard]");
    if (!cells.length || !known.outputs[table.dataset.key]) { return; }
    table.classList.add("asks");
    cells.forEach(function (cell) { cell.tabIndex = -1; });
    cells[0].tabIndex = 0;
    table.addEventListener("click", function (event) {
      var cell = numberOf(event);
      if (cell && String(getSelection()) === "") { open(cell); }
    });
    table.addEventListener("focusin", function (event) {
      var cell = numberOf(event), current = table.querySelector("td[tabindex='0']");
      if (cell && cell !== current) { current.tabIndex = -1; cell.tabIndex = 0; }
    });
    table.addEventListener("keydown", function (event) {
      var cell = numberOf(event), step = STEPS[event.key];
      if (!cell) { return; }
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(cell); }
      var next = step && neighbour(cell, step);
      if (next) { event.preventDefault(); next.focus(); }
    });
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(true); } });
  document.addEventListener("pointerdown", function (event) {
    if (panel && !panel.contains(event.target) && !numberOf(event)) { close(false); }
  });
})();
