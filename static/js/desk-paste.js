/* The fields of a form hold a megabyte in all; a file may be larger. What is pasted into a field
   beyond that is sent as a file, and the field keeps it: whoever comes back finds it there. */
"use strict";

(() => {
  const MOST = 300_000; // characters: no more than a megabyte, whatever letters they are
  document.addEventListener("formdata", (event) => {
    const field = event.target.querySelector("textarea[data-file]");
    const chosen = field && event.target.querySelector("input[type=file]");
    if (!chosen || chosen.files.length || field.value.length <= MOST) return;
    event.formData.set(field.name, "");
    event.formData.set(chosen.name, new File([field.value], field.dataset.file));
  });
})();
