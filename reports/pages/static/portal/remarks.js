/* Remarks on a report: an answer or a tick is sent without leaving the place where one reads; without this file the page
   is sent and comes back at the list. */
"use strict";

document.querySelectorAll("form[data-remark]").forEach((form) => form.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopImmediatePropagation(); // before the page's own way of sending
  if (window.portal.settled && !(await window.portal.settled())) return;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(answer.status);
    location.reload();
  } catch {
    form.submit();
  }
}, { capture: true }));
