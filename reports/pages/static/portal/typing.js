/* Typing into a report's sheet: arrows and Enter move, a block from a spreadsheet lands cell by cell, and a note or "no
   data" is one key away. */
"use strict";

(() => {
  const { figures, block } = window.portal.sums;
  const { sheet, open, cells, holding, openNote, fill, sayAt, lacksReason } = window.portal.cells;
  const { save, say, changed, restore, unsaved, waiting } = window.portal.saving;

  /* Moving: within a table in two dimensions, elsewhere to the next cell; from a table's edge on to what follows. */

  const fieldOf = (td) => td?.querySelector("[name^=cell-]");
  const rowsOf = (td) => [...td.closest("tbody").querySelectorAll("tr.line")];

  /** The next cell in that direction, over those that are not typed in; none at the edge of the table. */
  function beside(td, down, across) {
    const rows = rowsOf(td), { cellIndex } = td;
    for (let row = rows.indexOf(td.parentElement) + down, column = cellIndex + across; rows[row]?.cells[column]; row += down, column += across) {
      const field = fieldOf(rows[row].cells[column]);
      if (field) return field;
    }
    return undefined;
  }

  function go(cell, down, across = 0) {
    const td = cell.holder.closest("[data-table] td");
    let next = td && beside(td, down, across);
    if (td && !next && down > 0) next = topOfNext(td) ?? after(td.closest("table"));
    if (!td && down) next = open[open.indexOf(cell) + down]?.field;
    if (td && !next && down < 0) next = before(td.closest("table"));
    if (next) next.focus();
    else if (down > 0) cell.field.blur();
  }

  function topOfNext(td) {
    const rows = rowsOf(td);
    for (let column = td.cellIndex + 1; column < td.parentElement.cells.length; column += 1) {
      const row = rows.find((one) => fieldOf(one.cells[column]));
      if (row) return fieldOf(row.cells[column]);
    }
    return undefined;
  }

  const follows = (table, cell, where) => table.compareDocumentPosition(cell.field) & where && !table.contains(cell.field);
  const after = (table) => open.find((cell) => follows(table, cell, Node.DOCUMENT_POSITION_FOLLOWING))?.field;
  const before = (table) => open.findLast((cell) => follows(table, cell, Node.DOCUMENT_POSITION_PRECEDING))?.field;

  /** Whether an arrow to the side leaves the text: it is all selected, or the caret stands at its edge. */
  function leaves(field, step) {
    const { selectionStart: start, selectionEnd: end, value } = field;
    return (start === 0 && end === value.length) || (start === end && (step < 0 ? start === 0 : end === value.length));
  }

  /* Pasting. */

  /** A block goes line by line. A line that is worked out takes one of the block's, unless the block leaves those out. */
  function ofLines(cell, text) {
    const texts = figures(text), all = [...cells.values()].filter((one) => one.holder.dataset.line);
    const own = open.filter((one) => one.holder.dataset.line);
    const rest = own.slice(own.indexOf(cell));
    const lines = texts.length === rest.length ? rest : all.slice(all.indexOf(cell));
    return lines.slice(0, texts.length).map((one, place) => [one, texts[place]]);
  }

  /** In a table the block lands row by row and column by column; what is worked out counts unless the block lacks it. */
  function ofTable(cell, text) {
    const rows = block(text), td = cell.holder, width = rows[0].length;
    const beneath = rowsOf(td).slice(rowsOf(td).indexOf(td.parentElement));
    const typedRows = beneath.filter((row) => [...row.cells].some(fieldOf));
    const landing = rows.length === typedRows.length ? typedRows : beneath;
    const columns = [...td.parentElement.cells].map((_, place) => place).slice(td.cellIndex);
    const typedColumns = columns.filter((place) => beneath.some((row) => fieldOf(row.cells[place])));
    const across = width === typedColumns.length ? typedColumns : columns;
    return rows.flatMap((texts, down) => texts.map((one, place) => {
      const target = fieldOf(landing[down]?.cells[across[place]]);
      return [target && holding(target), one];
    }));
  }

  function paste(event, cell) {
    const text = event.clipboardData.getData("text");
    if (!/[\n\t]/.test(text.trim())) return;
    event.preventDefault();
    const pairs = cell.holder.closest("[data-table]") ? ofTable(cell, text) : ofLines(cell, text);
    const landed = pairs.filter(([one, typed]) => one?.field && typed).map(([one, typed]) => {
      one.field.value = typed;
      return one;
    });
    landed.forEach(changed);
    if (landed.length) landed.at(-1).field.focus();
    save().then(() => { if (!open.some(unsaved)) say("Pasted", { count: landed.length }); });
  }

  /* Notes. */

  function explain(cell) {
    openNote(cell);
    cell.note.absent.focus();
    cell.note.box.scrollIntoView({ block: "nearest" });
  }

  function sayReason(cell) {
    const { text } = cell.note;
    if (lacksReason(cell)) text.setAttribute("aria-invalid", "true");
    else text.removeAttribute("aria-invalid");
    text.placeholder = lacksReason(cell) ? sheet.dataset.saysWhy : "";
  }

  const more = document.getElementById("more-template").content.firstElementChild;

  /* One listener of each kind for the whole sheet: a table has hundreds of cells. */

  sheet.addEventListener("focusin", ({ target }) => {
    const cell = holding(target);
    if (!cell || cell.field !== target) return;
    if (target.matches("input")) target.select();
    if (cell.holder.matches("td")) target.after(more);
  });
  sheet.addEventListener("input", ({ target }) => {
    const cell = holding(target);
    if (!cell) return;
    if (target === cell.field && target.value.trim() && cell.note) cell.note.absent.checked = false;
    if (target === cell.note?.absent && target.checked) {
      cell.field.value = "";
      cell.note.text.focus();
    }
    if (cell.note) sayReason(cell);
    changed(cell);
    if (target.matches("select, [type=checkbox]")) save();
  });
  sheet.addEventListener("focusout", ({ target }) => {
    const cell = holding(target);
    if (!cell) return;
    if (target === cell.field && cell.taken && target.value === cell.taken.typed) target.value = cell.stands.typed;
    if (waiting(cell)) save();
  });
  sheet.addEventListener("paste", (event) => {
    const cell = holding(event.target);
    if (cell?.field === event.target && event.target.matches("input")) paste(event, cell);
  });
  sheet.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-note]");
    if (!opener) return;
    event.preventDefault();
    explain(open.find((cell) => cell.holder.contains(opener)));
  });
  sheet.addEventListener("keydown", (event) => {
    const { target, key, shiftKey, isComposing } = event, cell = holding(target);
    if (!cell || isComposing) return;
    const stepDown = { ArrowDown: 1, ArrowUp: -1, Enter: shiftKey ? -1 : 1 }[key], stepAcross = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (key === "F2" && shiftKey) {
      event.preventDefault();
      explain(cell);
    } else if (key === "Escape" && target !== cell.field) {
      event.preventDefault();
      (cell.field ?? cell.shown).focus();
    } else if (key === "Escape" && unsaved(cell)) {
      restore(cell);
    } else if (!target.matches("input") || target !== cell.field) {
      return;
    } else if (stepDown) {
      event.preventDefault();
      go(cell, stepDown);
    } else if (stepAcross && !shiftKey && cell.holder.closest("[data-table]") && leaves(target, stepAcross)) {
      event.preventDefault();
      go(cell, 0, stepAcross);
    }
  });
  document.querySelectorAll("#sheet a[data-note]").forEach((one) => { one.tabIndex = -1; });
})();
