/* Sending files: several one after the other, with how far each has come. When the line breaks, what has not arrived stays
   chosen. Without this file a form sends its one file by itself. */
"use strict";

document.querySelectorAll("form[data-upload]").forEach((form) => {
  const field = form.elements.file, button = form.querySelector("button"), bar = form.querySelector("progress");
  const told = form.querySelector(".told");
  let sending = false;

  field.multiple = true;

  function say(what, file, percent) {
    told.textContent = told.dataset[what].replace("{name}", file.name).replace("{percent}", `${percent} %`);
    told.classList.toggle("error", ["large", "broken", "failed"].includes(what));
  }

  /** Leave only these files chosen. */
  function choose(files) {
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    field.files = chosen.files;
  }

  /** Send one file; resolves to the status of the answer, 0 where none came. */
  function send(file) {
    const body = new FormData(form), request = new XMLHttpRequest();
    body.set("file", file);
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = loaded / total;
      say(loaded < total ? "sending" : "kept", file, Math.floor((loaded / total) * 100));
    };
    return new Promise((resolve) => {
      request.onloadend = () => resolve(request.status);
      request.open("POST", form.getAttribute("action"));
      request.setRequestHeader("HX-Request", "true");
      say("sending", file, 0);
      request.send(body);
    });
  }

  /** Send what is chosen; the page is drawn anew with what became of it. */
  async function sendAll() {
    const files = [...field.files], fits = (file) => file.size <= Number(form.dataset.largest);
    const large = files.find((file) => !fits(file));
    if (large) {
      choose(files.filter(fits));
      return say("large", large);
    }
    await window.portal.saving?.save();
    bar.hidden = false;
    for (const [place, file] of files.entries()) {
      const status = await send(file);
      if (status === 200) return location.reload(); // the session has ended: the page asks to sign in
      if (status !== 204) {
        bar.hidden = true;
        choose(files.slice(place));
        return say(status ? "failed" : "broken", file);
      }
    }
    form.reset();
    location.hash = form.closest("li").id;
    return location.reload();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = button.disabled = true;
    await sendAll();
    sending = button.disabled = false;
  });
  field.addEventListener("change", () => { told.textContent = ""; });
});
