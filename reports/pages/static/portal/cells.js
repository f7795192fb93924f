/* The cells of a report's sheet: where each one stands, what is said at it, and what the others work out to while one
   types. What counts is what the server answers. */
"use strict";

(() => {
  const { read, write, evaluate } = window.portal.sums;
  const sheet = document.getElementById("sheet");
  const recipe = JSON.parse(document.getElementById("recipe").textContent);
  const make = (tag, facts) => Object.assign(document.createElement(tag), facts);
  const words = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

  const cells = new Map();
  const place = (item, row) => `${item}\n${row || ""}`;
  const at = ({ item, row }) => cells.get(place(item, row));

  for (const element of sheet.querySelectorAll("[id^=cell-]")) {
    const key = element.id.slice(5), [item, ...rest] = key.split("."), row = decodeURIComponent(rest.join("."));
    const holder = element.closest(".columns td, .task .field, tr.line"), field = element.matches("span") ? null : element;
    const hidden = (name) => holder.querySelector(`[name^=${name}-]`)?.value ?? "";
    const cell = { item, row, key, holder, field, shown: field ? null : element };
    cell.edit = Number(hidden("edit"));
    cell.stands = { typed: hidden("was"), absence: "", note: "", cause: "" };
    cells.set(place(item, row), cell);
    const says = document.getElementById(`says-${cell.key}`);
    const note = says && says.querySelector(".note");
    if (note) {
      adopt(cell, note);
      if (!field) cell.edit = Number(note.querySelector("[name^=edit-]").value);
      const was = (name) => note.querySelector(`[name^=was-${name}-]`)?.value ?? "";
      Object.assign(cell.stands, { absence: was("absent") && "no_data", note: was("note"), cause: was("cause") });
    }
  }
  const open = [...cells.values()].filter((cell) => cell.field);
  /** The cells that may hold what is not saved: those typed in, and computed ones with a note. */
  const mine = () => [...cells.values()].filter((cell) => cell.field || cell.note);
  const holding = (element) => mine().find((cell) => cell.field === element || cell.note?.box.contains(element));

  /** What people call a cell, from the elements that label it. */
  const nameOf = (cell) => (cell.field || cell.shown).getAttribute("aria-labelledby")?.split(" ")
    .map((id) => document.getElementById(id)?.textContent.trim()).join(" – ") ?? cell.key;

  /* What the cells work out to. */

  function numberOf(item, row) {
    const cell = cells.get(place(item, row)) ?? cells.get(place(item));
    if (!cell) return NaN;
    if (cell.field) return cell.field.value.trim() ? read(cell.field.value) : NaN;
    const { formula, total } = recipe[item] ?? {};
    if (formula) return evaluate(formula, (name) => numberOf(name, cell.row));
    if (!total || total !== cell.row) return read(cell.shown.textContent);
    return [...cells.values()].reduce((sum, one) => (one.item === item && one.row !== total ? sum + numberOf(item, one.row) : sum), 0);
  }

  function workOut() {
    for (const cell of cells.values()) {
      const { formula, total, decimals, share } = recipe[cell.item] ?? {};
      const worked = !cell.field && (formula || (total && total === cell.row));
      const number = worked || cell.holder.dataset.line ? numberOf(cell.item, cell.row) : NaN;
      if (number === undefined) continue; // only the server can tell
      if (worked) cell.shown.textContent = write(number, decimals) || "–";
      const before = cell.holder.dataset.line && cell.holder.querySelector("[data-last]");
      if (!before) continue;
      const { last } = before.dataset;
      const moved = share ? number - Number(last) : ((number - Number(last)) / Number(last)) * 100;
      const size = write(Math.abs(moved), 1), text = (size === "0,0" ? "" : moved < 0 ? "−" : "+") + size;
      const said = share ? words(sheet.dataset.points, { change: text }) : `${text}%`;
      cell.holder.querySelector(".change").textContent = last && Number.isFinite(moved) ? said : "–";
    }
  }

  /* What is said at a cell, and its note. */

  const saysRow = (cell) => (cell.holder.matches("tr, td") ? cell.holder.closest("tr").nextElementSibling : cell.holder.querySelector(".says"));

  /** The place beneath a cell; made where nothing has stood there yet. */
  function saysOf(cell) {
    let says = document.getElementById(`says-${cell.key}`);
    if (!says) {
      const row = saysRow(cell), box = row.matches("[data-says]") ? row : row.querySelector("[data-says]");
      says = make("div", { id: `says-${cell.key}` });
      if ("names" in box.dataset) says.append(make("b", { textContent: nameOf(cell) }));
      box.append(says);
      cell.field?.setAttribute("aria-describedby", says.id);
    }
    return says;
  }

  function sayAt(cell, lines, buttons = []) {
    const known = document.getElementById(`says-${cell.key}`);
    if (!known && !lines.length) return;
    const says = saysOf(cell), name = says.querySelector(":scope > b");
    says.querySelectorAll(":scope > :not(b, .note, .remark)").forEach((old) => old.remove());
    const told = lines.map(({ words: text, tone = "error" }) => make("p", { textContent: text, className: tone }));
    if (name) name.after(...told, ...buttons);
    else says.prepend(...told, ...buttons);
    if (cell.field) {
      if (lines.some(({ tone = "error" }) => tone === "error")) cell.field.setAttribute("aria-invalid", "true");
      else cell.field.removeAttribute("aria-invalid");
    }
    if (sheet.dataset.store && lines.some(({ tone }) => tone === "warning" || tone === "noted")) openNote(cell);
    showOrHide(cell);
  }

  function showOrHide(cell) {
    const says = document.getElementById(`says-${cell.key}`), row = saysRow(cell);
    says.hidden = ![...says.children].some((child) => !child.matches("b") && !child.hidden);
    row.hidden = ![...row.querySelectorAll("[id^=says-]")].some((one) => !one.hidden);
  }

  function adopt(cell, box) {
    const [absent, cause, text] = ["absent", "cause", "note"].map((name) => box.querySelector(`[name^=${name}-]`));
    cell.note = { box, absent, cause, text };
  }

  /** Show the note of a cell, made from the page's pattern where it has none yet. */
  function openNote(cell) {
    if (!cell.note) {
      const box = document.getElementById("note-template").content.firstElementChild.cloneNode(true);
      box.setAttribute("aria-label", `${box.getAttribute("aria-label")}: ${nameOf(cell)}`);
      box.querySelectorAll("[name]").forEach((field) => { field.name += cell.key; });
      adopt(cell, box);
      cell.note.absent.closest("label").hidden = !cell.field;
      fill(cell, { note: cell.stands.note, cause: cell.stands.cause, absence: cell.stands.absence });
      saysOf(cell).append(box);
    }
    cell.note.box.hidden = false;
    showOrHide(cell);
  }

  /** Put an answer into the fields of a cell. */
  function fill(cell, { typed, absence, note, cause }) {
    if (typed !== undefined && cell.field) cell.field.value = typed;
    if (!cell.note && (absence || note || cause)) openNote(cell);
    if (cell.note) {
      cell.note.absent.checked = absence === "no_data";
      cell.note.text.value = note;
      cell.note.cause.value = cause;
    }
    markAbsent(cell);
  }

  function markAbsent(cell) {
    if (!cell.field || cell.field.matches("select")) return;
    cell.field.placeholder = cell.note?.absent.checked ? sheet.dataset.saysAbsent : "";
  }

  /** What the fields of a cell say now. */
  const answerOf = (cell) => ({
    typed: cell.field ? cell.field.value : "",
    absence: cell.note?.absent.checked ? "no_data" : "",
    note: cell.note ? cell.note.text.value : cell.stands.note,
    cause: cell.note ? cell.note.cause.value : cell.stands.cause,
  });
  const same = (one, other) => Boolean(one && other) && ["typed", "absence", "note", "cause"].every((part) => one[part].trim() === other[part].trim());
  const lacksReason = (cell) => Boolean(cell.note?.absent.checked && !cell.note.text.value.trim());

  window.portal.cells = { sheet, cells, open, mine, at, holding, nameOf, make, words, workOut, sayAt, openNote, showOrHide, fill, markAbsent, answerOf, same, lacksReason };
})();
