// Numbers of a table's column one below the other: every cell is set in two boxes, up to the decimal
// point of its first number and after it, that are equally wide in all cells of the column.
(function () {
  "use strict";
  var HEAD = /^(?:\(?[-\u2212]?\d+|N[ER](?![A-Za-z]))/;
  var pen = document.createElement("canvas").getContext("2d");

  function box(text, name, width) {
    var span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    span.style.width = width.toFixed(2) + "em";
    return span;
  }
  function align(cells, size) {
    var parts = [], before = 0, after = 0;
    cells.forEach(function (cell) {
      var text = cell.textContent, head = HEAD.exec(text);
      if (!head) { return; }
      var part = { cell: cell, head: head[0], tail: text.slice(head[0].length) };
      before = Math.max(before, pen.measureText(part.head).width / size);
      after = Math.max(after, pen.measureText(part.tail).width / size);
      parts.push(part);
    });
    if (parts.length < 2) { return; }
    parts.forEach(function (part) {
      part.cell.classList.add("aligned");
      part.cell.replaceChildren(box(part.head, "before", before), box(part.tail, "after", after + 0.02));
    });
  }
  function alignTable(table) {
    var first = table.querySelector("tbody td"), columns = [];
    if (!first) { return; }
    var style = getComputedStyle(first);
    pen.font = style.fontSize + " " + style.fontFamily;
    Array.prototype.forEach.call(table.tBodies, function (body) {
      Array.prototype.forEach.call(body.rows, function (row) {
        Array.prototype.forEach.call(row.cells, function (cell, place) {
          if (cell.tagName === "TD" && !cell.className && cell.colSpan === 1) {
            (columns[place] = columns[place] || []).push(cell);
          }
        });
      });
    });
    columns.forEach(function (cells) { align(cells, parseFloat(style.fontSize)); });
  }
  document.fonts.ready.then(function () {
    document.querySelectorAll("table.tlf-table:not(.tlf-listing)").forEach(alignTable);
  });
})();
