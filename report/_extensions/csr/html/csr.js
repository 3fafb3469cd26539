// The contents: shows where the reader is, opens on small screens, finds displays.
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  var nav = document.getElementById("contents");
  var menu = document.querySelector(".menu");
  var links = Array.prototype.slice.call(nav.querySelectorAll("a[href^='#']"));
  var targets = links.map(function (link) {
    return document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
  });
  var current = null;

  function show(link) {
    if (link === current) { return; }
    if (current) { current.removeAttribute("aria-current"); }
    Array.prototype.forEach.call(nav.querySelectorAll("li.open"), function (item) { item.classList.remove("open"); });
    current = link;
    link.setAttribute("aria-current", "location");
    for (var item = link.closest("li"); item; item = item.parentElement.closest("li")) { item.classList.add("open"); }
    var box = link.getBoundingClientRect(), frame = nav.getBoundingClientRect();
    if (box.top < frame.top + 40 || box.bottom > frame.bottom - 40) {
      nav.scrollTop += box.top - frame.top - frame.height / 3;
    }
  }
  function follow() {
    var edge = 120, found = links[0];
    for (var i = 0; i < targets.length; i += 1) {
      if (targets[i] && targets[i].getBoundingClientRect().top <= edge) { found = links[i]; }
    }
    if (found) { show(found); }
  }
  var waiting = false;
  addEventListener("scroll", function () {
    if (waiting) { return; }
    waiting = true;
    requestAnimationFrame(function () { waiting = false; follow(); });
  }, { passive: true });

  function toggle(open) {
    nav.classList.toggle("shown", open);
    menu.setAttribute("aria-expanded", String(nav.classList.contains("shown")));
  }
  menu.addEventListener("click", function () { toggle(); });
  nav.addEventListener("click", function (event) { if (event.target.closest("a")) { toggle(false); } });

  document.getElementById("find").addEventListener("input", function () {
    var words = this.value.toLowerCase().split(/\s+/).filter(Boolean);
    nav.classList.toggle("finding", words.length > 0);
    Array.prototype.forEach.call(nav.querySelectorAll("li"), function (item) {
      var text = item.textContent.toLowerCase();
      item.classList.toggle("unfound", !words.every(function (word) { return text.indexOf(word) >= 0; }));
    });
  });
  follow();
})();
