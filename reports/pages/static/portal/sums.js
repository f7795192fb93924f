/* Numbers as people type and paste them here, and the formulas of worked-out lines: as far as a preview needs them. What
   counts is what the server answers. */
"use strict";

(() => {
  const plain = (text) => (/^\d[\d. \u00a0]*(,\d+)?$/.test(text) ? Number(text.replace(/[. \u00a0]/g, "").replace(",", ".")) : NaN);

  function read(text) {
    const typed = text.trim();
    if (!typed.startsWith("=")) return plain(typed);
    const terms = typed.slice(1).match(/[+-]?[^+-]+/g) || [];
    return terms.reduce((sum, term) => sum + (term[0] === "-" ? -1 : 1) * plain(term.replace(/^[+-]/, "").trim()), 0);
  }

  const write = (number, decimals) => Number.isFinite(number)
    ? new Intl.NumberFormat("vi-VN", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(number) : "";

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

  /** The column of a pasted block that holds figures: the first that is nothing but numbers, else the first. */
  function figures(block) {
    const lines = block.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    const width = Math.max(...lines.map((line) => line.length));
    const column = [...Array(width).keys()].find((place) => lines.every((line) => /^[=\d.,\s+-]*$/.test(line[place] || "")) && lines.some((line) => (line[place] || "").trim()));
    return lines.map((line) => (line[column ?? 0] || "").trim());
  }

  window.portal.sums = { read, write, evaluate, figures };
})();
