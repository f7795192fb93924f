/* What every page needs of a script: a running clock, menus and dialogs that close, and plain words when the line fails.
   Pages work without it. */
"use strict";

(() => {
  const toast = document.getElementById("toast");
  let hiding;

  /** Say something for a moment; `error` stays until the next word. */
  function say(words, { error = false } = {}) {
    clearTimeout(hiding);
    toast.textContent = words;
    toast.classList.toggle("error", error);
    toast.hidden = false;
    if (!error) hiding = setTimeout(() => { toast.hidden = true; }, 6000);
  }

  /* The demonstration's clock runs on from the instant at which the server wrote the page. */
  const clock = document.querySelector("[data-clock]");
  if (clock) {
    const away = Date.parse(clock.dateTime) - Date.now();
    const words = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
    });
    setInterval(() => {
      const shown = words.format(new Date(Date.now() + away)).replace(",", "");
      if (clock.textContent !== shown) clock.textContent = shown;
    }, 1000);
  }

  /* Single keys act unless they were turned off on this machine. */
  function keysAreOn() {
    try {
      return localStorage.getItem("keys:off") === null;
    } catch {
      return true;  // nothing can be kept here
    }
  }

  /* Menus close on a click elsewhere and on Escape. */
  const openMenus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of openMenus()) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && keysAreOn() && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const search = document.getElementById("search");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });

  /* <button data-opens="ID"> opens a dialog; <button data-closes> and a click beside it close it. */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });

  /* A form that is sent twice by a double click is sent once. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 3000);
  });

  /* htmx: a session that has ended leads to the sign-in; a line that fails is told in words. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answered = new URL(event.detail.xhr.responseURL || location.href);
    if (answered.pathname === document.body.dataset.signIn) {
      event.preventDefault();
      location.reload();
    }
  });
  /* What a page asks by itself fails in silence: nobody waits for it. */
  const complain = (words) => (event) => {
    if (!("quiet" in event.target.dataset)) say(words, { error: true });
  };
  document.addEventListener("htmx:sendError", complain(toast.dataset.offline));
  document.addEventListener("htmx:timeout", complain(toast.dataset.offline));
  document.addEventListener("htmx:responseError", complain(toast.dataset.failed));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && toast.classList.contains("error")) toast.hidden = true;
  });

  /* A page that is seen looks for unread notices each minute; one that comes into sight again, at once. */
  let looked = Date.now();
  function look() {
    if (document.hidden || Date.now() - looked < 55_000) return;
    looked = Date.now();
    htmx.trigger(document.body, "look");
  }
  setInterval(look, 60_000);
  document.addEventListener("visibilitychange", look);

  window.portal = { say, keysAreOn };
})();
