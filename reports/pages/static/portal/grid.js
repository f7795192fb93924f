/* Saving a report's sheet: each cell as it is typed, kept on this machine while the line is gone. Without it the sheet is
   a plain form that saves the same way. */
"use strict";

(() => {
  const { sheet, cells, mine, at, nameOf, make, words, workOut, sayAt, fill, markAbsent, answerOf, same, lacksReason } = window.portal.cells;

  /* What is said of the whole sheet. */

  const link = (cell, text) => make("a", { href: `#cell-${cell.key}`, textContent: text });

  function showProblems({ problems, blank, progress, computed }) {
    const saidAt = new Map();
    for (const one of problems) saidAt.set(at(one), [...(saidAt.get(at(one)) ?? []), one]);
    for (const cell of cells.values()) {
      if (cell.refused === undefined && !cell.stale) sayAt(cell, saidAt.get(cell) ?? []);
    }
    const found = document.getElementById("found"), list = found.querySelector("ul");
    const lines = problems.map((one) => {
      const line = make("li", { className: one.tone });
      line.append(at(one) ? link(at(one), one.name) : one.name, `: ${one.words}`);
      return line;
    });
    const told = (items) => [...items].map((line) => line.className + line.textContent).join();
    if (told(lines) !== told(list.children)) list.replaceChildren(...lines);
    found.hidden = !problems.length;
    const empty = document.getElementById("blank"), left = blank.map(at).filter(Boolean);
    empty.hidden = !left.length || left.length > 4;
    empty.querySelector("span").replaceChildren(...(empty.hidden ? [] : left.flatMap((cell, place) => [place ? ", " : "", link(cell, nameOf(cell))])));
    document.getElementById("done").textContent = document.getElementById("progress").value = progress.done;
    for (const one of computed) if (at(one)?.shown) at(one).shown.textContent = one.written || "–";
  }

  const state = document.getElementById("state"), spoken = document.getElementById("spoken");
  function say(name, facts = {}) {
    state.textContent = facts.words || words(sheet.dataset[`says${name}`], facts);
    state.dataset.state = name.toLowerCase();
    if (name !== "Waiting" && name !== "Saving") spoken.textContent = state.textContent;
  }

  /* Saving: one request at a time, each cell with the edit that was seen. */

  const unsaved = (cell) => {
    const now = answerOf(cell);
    return !same(now, cell.stands) && !same(now, cell.taken);
  };
  const waiting = (cell) => unsaved(cell) && !same(answerOf(cell), cell.refused) && !cell.stale && !lacksReason(cell);
  const isTyped = (cell) => cell.field === document.activeElement || Boolean(cell.note?.box.contains(document.activeElement));
  let sending = null, stopped = false, leaving = false, wait = 2000, savedAt = "", timer, retry, seen = Number(sheet.dataset.edit);

  function keep() {
    const kept = mine().filter(unsaved).map((cell) => ({ item: cell.item, row: cell.row, edit: cell.edit, name: nameOf(cell), ...answerOf(cell) }));
    try {
      if (kept.length) localStorage.setItem(sheet.dataset.store, JSON.stringify(kept));
      else localStorage.removeItem(sheet.dataset.store);
    } catch { /* a browser that keeps nothing still saves to the server */ }
  }

  /** Save what waits; resolves once nothing is on its way. */
  function save() {
    clearTimeout(timer);
    sending ??= send().finally(() => { sending = null; });
    return sending;
  }

  /** A cell that is typed into meanwhile is not sent half-typed: it waits until its typist pauses. */
  async function send() {
    for (let first = true; !stopped; first = false) {
      const ready = mine().filter((cell) => waiting(cell) && (first || !isTyped(cell)));
      if (!ready.length) break;
      const sent = new Map(ready.map((cell) => [cell, answerOf(cell)]));
      say("Saving");
      const result = await post([...sent].map(([{ item, row, edit, note }, answer]) => (
        { item, row, edit, ...(note ? answer : { typed: answer.typed }) }
      )));
      if (!result) return;
      accept(result, sent);
    }
    if (mine().some(waiting)) timer = setTimeout(save, 2000);
  }

  async function post(entries) {
    clearTimeout(retry);
    let answer;
    try {
      const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
      answer = await fetch(sheet.dataset.address, {
        method: "POST", redirect: "manual", signal: AbortSignal.timeout(15000),
        headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token[1] : "" },
        body: JSON.stringify({ edit: seen, cells: entries }),
      });
      const machine = (answer.headers.get("Content-Type") || "").includes("json");
      if (machine && answer.ok) { wait = 2000; return await answer.json(); }
      if (machine && answer.status < 500) {
        stop(await answer.json());
        return null;
      }
    } catch { answer = null; }
    const told = answer?.status === 503 && (await answer.json().catch(() => null)); // busy: it waits as without a line
    say(answer && (answer.type === "opaqueredirect" || answer.status === 403) ? "SignedOut" : "Offline", told || {});
    retry = setTimeout(save, wait);
    wait = Math.min(wait * 2, 30000);
    return null;
  }

  /** The report takes nothing more: what was typed stays where it is, is marked and listed, and can be copied. */
  function stop(told) {
    stopped = true;
    say("Stopped", told);
    const lost = mine().filter(unsaved);
    for (const cell of mine()) {
      for (const field of [cell.field, cell.note?.text]) if (field) field.readOnly = true;
      for (const choice of [cell.field, cell.note?.cause, cell.note?.absent]) if (choice?.matches("select, [type=checkbox]")) choice.disabled = true;
    }
    for (const cell of lost) sayAt(cell, [{ words: sheet.dataset.saysKept }]);
    keep();
    if (!lost.length) return;
    window.portal.leftOver.show(lost.map((cell) => ({ name: nameOf(cell), ...answerOf(cell) })), told.words);
    state.append(" ", make("a", { href: "#left-over", textContent: sheet.dataset.saysLost }));
  }

  function accept(result, sent) {
    const passedOver = new Set([...result.refused, ...result.stale].map(at));
    let complete = true;
    for (const told of result.cells) {
      const cell = at(told), was = sent.get(cell);
      if (!cell || passedOver.has(cell)) continue;
      if (!was && unsaved(cell)) { complete = false; continue; }
      const untouched = was ? same(answerOf(cell), was) && !isTyped(cell) : true;
      cell.edit = told.edit;
      cell.stands = standing(told);
      cell.taken = was ?? cell.stands;
      cell.refused = undefined;
      if (untouched) fill(cell, cell.stands);
    }
    for (const told of result.refused) {
      const cell = at(told);
      if (!cell) continue;
      cell.refused = sent.get(cell);
      sayAt(cell, [told]);
    }
    for (const told of result.stale) offer(at(told), told);
    seen = complete ? result.edit : seen;
    document.querySelectorAll("[data-move] [name=edit]").forEach((field) => { field.value = result.edit; });
    workOut();
    showProblems(result);
    keep();
    savedAt = result.saved_at;
    sayWhereItStands();
  }

  const standing = ({ item, row, written, absence, note, cause }) => (
    { typed: at({ item, row }).field ? written : "", absence, note, cause }
  );

  function sayWhereItStands() {
    if (mine().some(unsaved)) say(mine().some(waiting) ? "Waiting" : "Partly");
    else say(savedAt ? "Saved" : "Idle", { time: savedAt });
  }

  /** Somebody else changed the cell: both answers stand, and the person chooses. */
  function offer(cell, told) {
    cell.stale = true;
    const choice = (label, act) => {
      const button = make("button", { type: "button", className: "button", textContent: label });
      button.addEventListener("click", () => {
        cell.stale = false;
        cell.edit = told.edit;
        act();
        sayAt(cell, []);
        (cell.field ?? cell.note.text).focus();
        changed(cell);
        save();
      });
      return button;
    };
    sayAt(cell, [told], [
      choice(sheet.dataset.saysMine, () => {}),
      choice(sheet.dataset.saysTheirs, () => {
        cell.stands = cell.taken = standing(told);
        fill(cell, cell.stands);
      }),
    ]);
  }

  function changed(cell) {
    if (!same(answerOf(cell), cell.refused)) cell.refused = undefined;
    markAbsent(cell);
    workOut();
    keep();
    if (stopped) return;
    if (!["offline", "signedout"].includes(state.dataset.state) || !mine().some(unsaved)) sayWhereItStands();
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  }

  /** Put back what stands, as if nothing had been typed. */
  function restore(cell) {
    cell.stale = false;
    fill(cell, cell.stands);
    sayAt(cell, []);
    changed(cell);
  }

  /** Save, and tell whether everything that was typed now stands. */
  async function settled() {
    await save();
    const left = mine().find(unsaved);
    if (!left) return true;
    if (!stopped && state.dataset.state === "partly") say("Unsaved");
    (lacksReason(left) || !left.field ? left.note.text : left.field).focus();
    return false;
  }

  sheet.addEventListener("submit", (event) => {
    leaving = stopped;
    if (stopped) return;
    event.preventDefault();
    settled();
  });
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) save(); });
  window.addEventListener("beforeunload", (event) => { if (!leaving && mine().some(unsaved)) event.preventDefault(); });
  let kept = [];
  try { kept = JSON.parse(localStorage.getItem(sheet.dataset.store)) || []; } catch { /* nothing was kept */ }
  for (const { edit, ...answer } of kept) {
    const cell = at(answer);
    if (!cell || same(answer, answerOf(cell))) continue;
    fill(cell, answer);
    cell.edit = edit;
  }
  if (mine().some(unsaved)) {
    workOut();
    say("Restored");
    save();
  }

  Object.assign(window.portal, { settled, saving: { save, say, changed, restore, unsaved, waiting } });
})();
