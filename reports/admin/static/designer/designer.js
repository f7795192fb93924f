/* The designer's page: cards are moved and taken out at once, where without this script a button asks the server to. */
"use strict";

(() => {
  const form = document.getElementById("design");
  const spoken = document.getElementById("spoken");
  let dragged = null;
  let changed = false;

  const siblings = (card) => [...card.parentElement.children].filter((one) => one.matches("[data-card]"));

  function moved(card) {
    const all = siblings(card);
    spoken.textContent = form.dataset.saysMoved.replace("{place}", all.indexOf(card) + 1).replace("{count}", all.length);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function takeOut(card, out) {
    card.querySelector(":scope > [data-body]").disabled = out;
    card.querySelector(":scope > [data-body]").hidden = out;
    card.querySelector(":scope > .gone").hidden = !out;
    card.querySelector(out ? ":scope > .gone [data-undo]" : ":scope > [data-body] [data-move]").focus();
    if (out) spoken.textContent = form.dataset.saysRemoved;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  form.addEventListener("click", (event) => {
    const mover = event.target.closest("[data-move]");
    const undo = event.target.closest("[data-undo]");
    const card = event.target.closest("[data-card]");
    if (undo) takeOut(card, false);
    if (!mover) return;
    event.preventDefault();
    if (mover.dataset.move === "remove") {
      takeOut(card, true);
      return;
    }
    const up = mover.dataset.move === "up";
    const other = up ? card.previousElementSibling : card.nextElementSibling;
    if (other) {
      if (up) other.before(card);
      else other.after(card);
      mover.focus();
      moved(card);
    }
  });

  /* Enter in a line of text saves nothing by accident. */
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  /* A card is dragged by its grip, within its own list. */
  form.addEventListener("dragstart", (event) => {
    if (!event.target.closest(".grip")) return;
    dragged = event.target.closest("[data-card]");
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(dragged, 20, 20);
  });
  form.addEventListener("dragover", (event) => {
    if (!dragged) return;
    let over = event.target.closest("[data-card]");
    while (over && over.parentElement !== dragged.parentElement) over = over.parentElement.closest("[data-card]");
    if (!over) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (over !== dragged) {
      if (event.clientY < box.top + box.height / 2) over.before(dragged);
      else over.after(dragged);
    }
  });
  form.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  form.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    moved(dragged);
    dragged = null;
  });

  /* A closed card says what is in it; a link to a field opens the cards around it. */
  form.addEventListener("input", (event) => {
    changed = true;
    const card = event.target.closest("[data-card]");
    const heading = card?.querySelector(":scope > [data-body] > details > summary [data-heading]");
    const code = card?.querySelector(":scope > [data-body] > details > summary [data-code]");
    if (heading && event.target.name.endsWith(".title") && event.target.value) heading.textContent = event.target.value;
    if (code && event.target.name.endsWith(".code")) code.textContent = event.target.value;
  });
  form.addEventListener("change", () => { changed = true; });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) open(link.getAttribute("href").slice(1));
  });
  function open(id) {
    const field = document.getElementById(id);
    for (let at = field; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (field) setTimeout(() => { field.scrollIntoView({ block: "center" }); field.focus(); });
  }
  if (location.hash.length > 1) open(location.hash.slice(1));

  /* A part that was added is where one goes on typing. */
  form.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.matches("[data-list]")) {
      event.detail.target.lastElementChild.querySelector("input, select, textarea").focus();
      form.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  /* What is being typed into the trial while its page is worked out anew stays. */
  let typing = null;
  form.addEventListener("htmx:beforeSwap", (event) => {
    const field = document.activeElement;
    typing = event.detail.target.id === "trial" && event.detail.target.contains(field) && "value" in field
      ? { id: field.id, value: field.value } : null;
  });
  form.addEventListener("htmx:afterSettle", () => {
    const field = typing && document.getElementById(typing.id);
    if (field) field.value = typing.value;
    typing = null;
  });

  /* Nothing typed is lost by leaving. */
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
