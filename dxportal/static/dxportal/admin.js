/* Names the choices that one types to find: select2 leaves its boxes without the field's name. */
"use strict";

(() => {
  function nameChoices(within) {
    for (const text of within.querySelectorAll(".select2-selection__rendered")) {
      const field = text.id.replace(/^select2-(.*)-container$/, "$1");
      const label = document.querySelector(`label[for="${CSS.escape(field)}"]`);
      text.removeAttribute("role");
      text.removeAttribute("aria-readonly");
      if (label) {
        label.id ||= `${field}-label`;
        text.closest("[role=combobox]").setAttribute("aria-labelledby", `${label.id} ${text.id}`);
      }
    }
  }

  window.django?.jQuery?.(() => nameChoices(document));
  document.addEventListener("formset:added", (event) => nameChoices(event.target));
})();
