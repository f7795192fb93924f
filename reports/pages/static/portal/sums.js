/* Numbers as people type and paste them here, and the formulas of worked-out lines: as far as a preview needs them. What
   counts is what the server answers. */
"use strict";

(() => {
  const plain = (text) => (/^[-\u2212]?\d[\d. \u00a0]*(,\d+)?$/.test(text) ? Number(text.replace(/[. \u00a0]/g, "").replace("\u2212", "-").replace(",", ".")) : NaN);

  function read(text) {
    const typed = text.trim();
    if (!typed.startsWith("=")) return plain(typed);
    const terms = typed.slice(1).match(/[+-]?[^+-]+/g) || [];
    return terms.reduce((sum, term) => sum + (term[0] === "-" ? -1 : 1) * plain(term.replace(/^[+-]/, "").trim()), 0);
  }

  const formats = new Map();
  function write(number, decimals) {
    if (!formats.has(decimals)) {
      formats.set(decimals, new Intl.NumberFormat("vi-VN", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
    }
    return Number.isFinite(number) ? formats.get(decimals).format(number) : "";
  }

  /** A formula of the form (codes, numbers, + - * / and parentheses); NaN where a part is not known, and undefined where
      only the server can tell: the formula, or one that it names, has functions or rows in brackets. */
  function evaluate(text, value) {
    if (/[^\w\s.()+*/-]|\w\s*\(/.test(text)) return undefined;
    const tokens = text.match(/[a-z]\w*|[\d.]+|[-+*/()]/g);
    let next = 0, beyond = false;
    const named = (code) => {
      const number = value(code);
      beyond ||= number === undefined;
      return number;
    };
    const factor = () => {
      const token = tokens[next++];
      if (token === "-") return -factor();
      if (token === "(") { const inside = sum(); next++; return inside; }
      return /^\d/.test(token) ? Number(token) : named(token);
    };
    const chain = (part, first) => {
      let total = part();
      while (tokens[next] === first || tokens[next] === { "+": "-", "*": "/" }[first]) {
        const sign = tokens[next++], right = part();
        total = { "+": total + right, "-": total - right, "*": total * right, "/": total / right }[sign];
      }
      return total;
    };
    const sum = () => chain(() => chain(factor, "*"), "+");
    const total = sum();
    return beyond ? undefined : total;
  }

  /** A pasted block as rows of texts. */
  const rowsOf = (text) => text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t").map((one) => one.trim()));
  const isFigure = (text) => /^[=\d.,\s+-]*$/.test(text || "");

  /** The column of a pasted block that holds figures: the first that is nothing but numbers, else the first. */
  function figures(text) {
    const lines = rowsOf(text), width = Math.max(...lines.map((line) => line.length));
    const column = [...Array(width).keys()].find((place) => lines.every((line) => isFigure(line[place])) && lines.some((line) => line[place]));
    return lines.map((line) => line[column ?? 0] || "");
  }

  /** A pasted block of a table, without the headings above and at the left that came with it. */
  function block(text) {
    const headed = (texts) => texts.some(Boolean) && texts.every((one) => !one || !isFigure(one));
    let rows = rowsOf(text);
    while (rows.length > 1 && headed(rows[0])) rows = rows.slice(1);
    while (rows[0].length > 1 && headed(rows.map((row) => row[0]))) rows = rows.map((row) => row.slice(1));
    return rows;
  }

  window.portal.sums = { read, write, evaluate, figures, block };
})();
