/* Review by keyboard, in the queue and in a report that was opened from it; and the dialog that asks before many reports
   are moved at once. Pages work without it. Single keys never act while one types, and can be turned off on a machine. */
"use strict";

(() => {
  const OFF = "keys:off";
  const legend = document.getElementById("keys-legend");
  const help = document.getElementById("keys");
  const choice = document.getElementById("keys-on");
  const ask = document.getElementById("ask");
  const on = window.portal.keysAreOn;

  function show() {
    choice.checked = on();
    legend.hidden = false;
    legend.classList.toggle("off", !on());
  }
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
    show();
  });
  show();

  /* The list: the row that has the focus is the one that keys speak of. */
  const rows = () => [...document.querySelectorAll("tr[data-row]")];
  const current = () => document.activeElement.closest("tr[data-row]");

  function go(step) {
    const all = rows();
    const row = all[all.indexOf(current()) + step] || (current() ? null : all[0]);
    if (row) {
      row.querySelector("[data-open]").focus();
      row.scrollIntoView({ block: "nearest" });
    }
  }

  function tick() {
    const box = current() && current().querySelector("input[type=checkbox]");
    if (box) box.click();
  }

  /* A report: a binding move opens its dialog; one that is made at once only gets the focus, so that Enter makes it. */
  function press(selector) {
    const target = document.querySelector(selector);
    if (!target) return;
    if (target.matches("a, [data-bulk]")) target.click();
    else target.focus();
  }

  const ONWARD = "a[data-move][href*='move=approve'], form[data-move]:has(input[value=check]) button, [data-bulk]";
  const ACTS = {
    a: () => press(ONWARD),
    r: () => press("a[data-move][href*='move=return']"),
    x: tick,
    "?": () => help.showModal(),
  };
  if (rows().length || ask) Object.assign(ACTS, { j: () => go(1), k: () => go(-1) });
  else Object.assign(ACTS, { j: () => press("a[rel=next][data-place]"), k: () => press("a[rel=prev][data-place]") });

  /** What a key does here; arrows keep their own meaning in what scrolls, and in a list until a row has the focus. */
  function act(event) {
    if (event.key === "ArrowDown" && current()) return ACTS.j;
    if (event.key === "ArrowUp" && current()) return ACTS.k;
    const scrolls = event.target.closest(".scroll, [role=region], [role=group]");
    if (event.key === "ArrowRight" && !ask && !scrolls) return ACTS.j;
    if (event.key === "ArrowLeft" && !ask && !scrolls) return ACTS.k;
    return Object.hasOwn(ACTS, event.key) ? ACTS[event.key] : null;
  }

  document.addEventListener("keydown", (event) => {
    if (!on() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], summary")) return;
    const does = act(event);
    if (does) {
      event.preventDefault();
      does();
    }
  });

  /* How many are ticked stands on the button that moves them. */
  function count() {
    for (const said of document.querySelectorAll("[data-ticked]")) {
      const fields = document.querySelectorAll(`#bulk [name=${said.dataset.ticked}]`);
      const ticked = [...fields].filter((field) => field.type === "hidden" || field.checked);
      said.textContent = ticked.reduce((sum, field) => sum + field.value.split(" ").length, 0);
      said.hidden = !ticked.length;
    }
  }
  document.addEventListener("change", (event) => { if (event.target.closest("#bulk")) count(); });

  if (ask) {
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target === ask && !ask.open) ask.showModal();
      count();
    });
    count();
  }
})();
