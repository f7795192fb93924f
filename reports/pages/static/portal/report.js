/* What every page of a report does: what was typed is saved before a move, binding moves ask in a dialog (without this
   file on a page), problems lead to their cells, and figures that were typed too late to be saved are still shown. */
"use strict";

(() => {
  const dialog = document.getElementById("move");
  const settled = async () => !window.portal.settled || window.portal.settled();

  async function ask(address) {
    if (!(await settled())) return;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      dialog.innerHTML = await answer.text();
      dialog.showModal();
    } catch {
      location.assign(address);
    }
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a, button");
    if (!target) return;
    const cell = target.hash && target.hash.startsWith("#cell-") && document.getElementById(target.hash.slice(1));
    if (cell) {
      if (dialog.open) dialog.close();
      cell.focus();
      cell.scrollIntoView({ block: "center", inline: "center" });
    } else if (target.matches("a[data-move]")) {
      ask(target.href);
    } else if (target.matches("[data-print]")) {
      window.print();
    }
    if (cell || target.matches("a[data-move], a[data-closes]")) event.preventDefault();
  });

  document.querySelectorAll("form[data-move]").forEach((form) => form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await settled()) form.submit();
  }));

  /* On a phone each cell of a table stands in a card and says its column. */
  document.querySelectorAll("table[data-table]").forEach((table) => {
    const heads = [...table.tHead.rows[0].cells].map((head) => head.innerText.trim().replace(/\s+/g, " "));
    for (const row of table.tBodies[0].rows) {
      if (row.matches(".line")) [...row.cells].forEach((cell, place) => { cell.dataset.label = heads[place]; });
    }
    table.querySelectorAll("td > small").forEach((last) => { last.dataset.label = last.title = table.dataset.last; });
    table.classList.add("carded");
  });

  document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });

  /* What was typed and can no longer be saved: listed, to be copied. */
  const left = document.getElementById("left-over"), list = left?.querySelector("ul");

  /** List these answers; `why` says who has moved the report. Only what is kept for an older page can be discarded. */
  function show(answers, why) {
    list.append(...answers.map(({ name, typed, absence, note }) => {
      const line = document.createElement("li"), answer = document.createElement("b");
      answer.textContent = [typed || (absence && list.dataset.absent), note].filter(Boolean).join(" – ") || "–";
      line.append(`${name}: `, answer);
      return line;
    }));
    if (why) left.querySelector("[data-why]").textContent = why;
    left.hidden = !list.children.length;
  }

  left?.querySelector("[data-copy]").addEventListener("click", async ({ target }) => {
    await navigator.clipboard.writeText([...list.children].map((line) => line.textContent).join("\n"));
    target.textContent = target.dataset.copy;
  });

  /* Figures kept on this machine for a revision that can no longer take them. */
  try {
    const { store, current } = left.dataset, discard = left.querySelector("[data-discard]");
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(store) && key !== current);
    show(keys.flatMap((key) => JSON.parse(localStorage.getItem(key))));
    discard.hidden = !keys.length;
    discard.addEventListener("click", () => {
      keys.forEach((key) => localStorage.removeItem(key));
      left.hidden = true;
    });
  } catch { /* nothing was kept, or this is a page without figures */ }

  window.portal.leftOver = { show };

  if (dialog && dialog.open) {
    dialog.close();
    dialog.showModal();
  }
})();
