/* The figures grid: saves each cell as it is typed, keeps it while the line is gone, and works sums and shares out at
   once. Without it the sheet is a plain form that saves the same way. */
"use strict";

(() => {
  const { read, write, evaluate, figures } = window.portal.sums;
  const sheet = document.getElementById("sheet");
  const rows = new Map([...document.querySelectorAll("[data-line]")].map((row) => [row.dataset.line, row]));
  const inputs = [...document.querySelectorAll("#sheet input[data-edit]")];
  const codeOf = (input) => input.closest("tr").dataset.line;
  const inputOf = (code) => inputs.find((input) => codeOf(input) === code);
  const make = (tag, facts) => Object.assign(document.createElement(tag), facts);
  const words = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

  function valueOf(code) {
    const row = rows.get(code);
    if (!row) return NaN;
    if (row.dataset.formula) return evaluate(row.dataset.formula, valueOf);
    const input = row.querySelector("input");
    return input && input.value.trim() ? read(input.value) : NaN;
  }

  function workOut() {
    for (const [code, row] of rows) {
      const { decimals, formula } = row.dataset;
      const number = valueOf(code), last = row.querySelector("[data-last]").dataset.last;
      if (formula) row.querySelector("[data-now]").textContent = write(number, Number(decimals)) || "–";
      const share = "share" in row.dataset;
      const moved = share ? number - Number(last) : ((number - Number(last)) / Number(last)) * 100;
      const size = write(Math.abs(moved), 1), text = (size === "0,0" ? "" : moved < 0 ? "−" : "+") + size;
      const said = share ? words(sheet.dataset.points, { change: text }) : `${text}%`;
      row.querySelector(".change").textContent = last && Number.isFinite(moved) ? said : "–";
    }
  }

  /* What is said at a cell, and of the whole sheet. */

  function sayAt(code, texts, buttons = []) {
    const place = document.getElementById(`says-${code}`), input = inputOf(code);
    place.replaceChildren(...texts.map((text) => make("p", { textContent: text })), ...buttons);
    place.parentElement.hidden = !texts.length;
    if (input && texts.length) input.setAttribute("aria-invalid", "true");
    else if (input) input.removeAttribute("aria-invalid");
  }

  const link = (code, text) => make("a", { href: `#cell-${code}`, textContent: text });

  function showProblems({ problems, blank, progress, computed }) {
    for (const code of rows.keys()) {
      const open = inputOf(code)?.dataset ?? {};
      if (open.refused === undefined && open.stale === undefined) {
        sayAt(code, problems.filter((one) => one.item === code).map((one) => one.words));
      }
    }
    const found = document.getElementById("found"), list = found.querySelector("ul");
    const lines = problems.map((one) => {
      const line = make("li", { className: one.severity });
      line.append(link(one.item, one.name), `: ${one.words}`);
      return line;
    });
    if (lines.map((line) => line.textContent).join("") !== list.textContent) list.replaceChildren(...lines);
    found.hidden = !problems.length;
    const empty = document.getElementById("blank");
    empty.hidden = !blank.length || blank.length > 4;
    empty.querySelector("span").replaceChildren(...blank.flatMap((code, place) => [
      place ? ", " : "", link(code, document.getElementById(`name-${code}`).textContent),
    ]));
    document.getElementById("done").textContent = document.getElementById("progress").value = progress.done;
    for (const [code, text] of Object.entries(computed)) rows.get(code).querySelector("[data-now]").textContent = text || "–";
  }

  const state = document.getElementById("state"), spoken = document.getElementById("spoken");
  function say(name, facts = {}) {
    state.textContent = facts.words || words(sheet.dataset[`says${name}`], facts);
    state.dataset.state = name.toLowerCase();
    if (name !== "Waiting" && name !== "Saving") spoken.textContent = state.textContent;
  }

  /* Saving: one request at a time, each cell with the edit that was seen. */

  const unsaved = (input) => input.value.trim() !== input.dataset.stands && input.value !== input.dataset.taken;
  const waiting = (input) => unsaved(input) && input.value !== input.dataset.refused && input.dataset.stale === undefined;
  let sending = null, stopped = false, leaving = false, wait = 2000, savedAt = "", timer, retry;

  function keep() {
    const kept = inputs.filter(unsaved).map((input) => [codeOf(input), [input.value, Number(input.dataset.edit)]]);
    try {
      if (kept.length) localStorage.setItem(sheet.dataset.store, JSON.stringify(Object.fromEntries(kept)));
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
      const ready = inputs.filter((input) => waiting(input) && (first || input !== document.activeElement));
      if (!ready.length) break;
      const sent = new Map(ready.map((input) => [codeOf(input), input.value]));
      say("Saving");
      const result = await post(ready.map((input) => ({ item: codeOf(input), typed: input.value, edit: Number(input.dataset.edit) })));
      if (!result) return;
      accept(result, sent);
    }
    if (inputs.some(waiting)) timer = setTimeout(save, 2000);
  }

  async function post(cells) {
    clearTimeout(retry);
    let answer;
    try {
      const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
      answer = await fetch(sheet.dataset.address, {
        method: "POST", redirect: "manual", signal: AbortSignal.timeout(15000),
        headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token[1] : "" },
        body: JSON.stringify({ cells }),
      });
      const machine = (answer.headers.get("Content-Type") || "").includes("json");
      if (machine && answer.ok) { wait = 2000; return await answer.json(); }
      if (machine && answer.status < 500) {
        stopped = true;
        say("Stopped", await answer.json());
        return null;
      }
    } catch { answer = null; }
    say(answer && (answer.type === "opaqueredirect" || answer.status === 403) ? "SignedOut" : "Offline");
    retry = setTimeout(save, wait);
    wait = Math.min(wait * 2, 30000);
    return null;
  }

  function accept(result, sent) {
    const refused = new Map(result.refused.map((one) => [one.item, one])), stale = new Map(result.stale.map((one) => [one.item, one]));
    for (const { item, written, edit } of result.cells) {
      const input = inputOf(item), typed = sent.get(item);
      if (refused.has(item)) {
        input.dataset.refused = typed;
        sayAt(item, [refused.get(item).words]);
      } else if (stale.has(item)) {
        offer(input, stale.get(item));
      } else if (typed !== undefined || !unsaved(input)) {
        delete input.dataset.refused;
        const asShown = input.value === typed ? document.activeElement !== input : typed === undefined;
        Object.assign(input.dataset, { edit, stands: written, taken: typed ?? written });
        if (asShown) input.value = written;
      }
    }
    document.querySelectorAll("[data-move] [name=edit]").forEach((field) => { field.value = result.edit; });
    workOut();
    showProblems(result);
    keep();
    savedAt = result.saved_at;
    sayWhereItStands();
  }

  function sayWhereItStands() {
    if (inputs.some(unsaved)) say(inputs.some(waiting) ? "Waiting" : "Partly");
    else say(savedAt ? "Saved" : "Idle", { time: savedAt });
  }

  /** Somebody else changed the cell: both values stand, and the person chooses. */
  function offer(input, { stands, edit, words: text }) {
    input.dataset.stale = "";
    const choice = (label, act) => {
      const button = make("button", { type: "button", className: "button", textContent: label });
      button.addEventListener("click", () => {
        delete input.dataset.stale;
        input.dataset.edit = edit;
        act();
        sayAt(codeOf(input), []);
        input.focus();
        changed(input);
        save();
      });
      return button;
    };
    sayAt(codeOf(input), [text], [
      choice(sheet.dataset.saysMine, () => {}),
      choice(sheet.dataset.saysTheirs, () => { input.value = input.dataset.stands = input.dataset.taken = stands; }),
    ]);
  }

  function changed(input) {
    if (input.value !== input.dataset.refused) delete input.dataset.refused;
    workOut();
    keep();
    if (stopped) return;
    if (!["offline", "signedout"].includes(state.dataset.state) || !inputs.some(unsaved)) sayWhereItStands();
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  }

  /** Save, and tell whether everything that was typed now stands. */
  async function settled() {
    await save();
    const left = inputs.find(unsaved);
    if (!left) return true;
    if (!stopped && state.dataset.state === "partly") say("Unsaved");
    left.focus();
    return false;
  }

  /* Typing, moving and pasting. */

  function go(input, step) {
    const next = inputs[inputs.indexOf(input) + step];
    if (next) next.focus();
    else if (step > 0) input.blur();
  }

  /** A block goes line by line. A line that is worked out takes one of the block's, unless the block leaves those out. */
  function paste(event) {
    const block = event.clipboardData.getData("text");
    if (!/[\n\t]/.test(block.trim())) return;
    event.preventDefault();
    const texts = figures(block), all = [...rows.values()];
    const own = inputs.slice(inputs.indexOf(event.target));
    const lines = texts.length === own.length ? own : all.slice(all.indexOf(event.target.closest("tr"))).map((row) => row.querySelector("input"));
    const landed = lines.slice(0, texts.length).filter((input, place) => {
      if (input && texts[place]) input.value = texts[place];
      return input && texts[place];
    });
    landed.forEach(changed);
    if (landed.length) landed.at(-1).focus();
    save().then(() => { if (!inputs.some(unsaved)) say("Pasted", { count: landed.length }); });
  }

  for (const input of inputs) {
    input.addEventListener("focus", () => input.select());
    input.addEventListener("input", () => changed(input));
    input.addEventListener("paste", paste);
    input.addEventListener("blur", () => {
      if (input.value === input.dataset.taken) input.value = input.dataset.stands;
      if (waiting(input)) save();
    });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
      if (event.key === "Escape" && unsaved(input)) {
        input.value = input.dataset.stands;
        delete input.dataset.stale;
        sayAt(codeOf(input), []);
        changed(input);
      } else if (step && !event.isComposing) {
        event.preventDefault();
        go(input, step);
      }
    });
  }
  sheet.addEventListener("submit", (event) => {
    leaving = stopped;
    if (stopped) return;
    event.preventDefault();
    settled();
  });
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) save(); });
  window.addEventListener("beforeunload", (event) => { if (!leaving && inputs.some(unsaved)) event.preventDefault(); });
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(sheet.dataset.store)) || {}; } catch { /* nothing was kept */ }
  for (const [code, [typed, edit]] of Object.entries(kept)) {
    const input = inputOf(code);
    if (input && typed !== input.value) Object.assign(input, { value: typed }).dataset.edit = edit;
  }
  if (inputs.some(unsaved)) {
    workOut();
    say("Restored");
    save();
  }

  window.portal.settled = settled;
})();
