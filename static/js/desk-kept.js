/* What somebody has written about a comment is kept while its actions are put aside, because a
   colleague has it, and while they sign in again. */
"use strict";

(() => {
  const UNSENT = "desk.unsent";
  const { desk } = window;
  const { one } = desk;
  const fields = () => [...document.querySelectorAll("#actions :is(input:not([type=hidden]), select)")];
  const place = (field) => (field.id ? `#${field.id}` : `[name="${field.name}"]`);
  const valueOf = (field) => (field.type === "checkbox" ? field.checked : field.value);
  const written = () => ({
    comment: one("#card")?.dataset.comment,
    opened: one("#actions details.act[open] > summary")?.dataset.key,
    fields: fields().map((field) => [place(field), valueOf(field)]),
  });
  const isAbout = (kept) => kept && kept.comment === one("#card")?.dataset.comment && one("#approval");
  const putBack = (kept) => {
    for (const [where, value] of kept.fields) {
      const field = one(`#actions ${where}`);
      if (field?.type === "checkbox") field.checked = value;
      else if (field) field.value = value;
    }
    const panel = kept.opened && one(`#actions [data-key="${kept.opened}"]`)?.closest("details");
    if (panel) panel.open = true;
  };

  /* --- Put aside ----------------------------------------------------------------------------------- */
  let aside = null;
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target?.id === "actions" && event.detail.shouldSwap && one("#approval")) aside = written();
  });
  const bringBack = () => {
    if (!isAbout(aside)) return;
    putBack(aside);
    aside = null;
  };
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target?.id !== "actions") return;
    bringBack();
    if (document.activeElement === document.body) desk.focusCard();
  });
  document.addEventListener("desk:shown", bringBack);

  /* --- Signed out ------------------------------------------------------------------------------------ */
  const { who, signedOut } = document.body.dataset;
  desk.keepUnsent = () => {
    try {
      sessionStorage.setItem(UNSENT, JSON.stringify({ who, ...written() }));
    } catch {
      /* a browser that keeps nothing */
    }
  };
  /* A poll finds it out, too: it takes the page to the sign-in, and brings it back afterwards. */
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const isBegun = one("#actions details.act[open]") || one("#answer")?.value;
    if (event.detail.xhr.getResponseHeader("HX-Redirect") && isBegun) desk.keepUnsent();
  });
  try {
    const unsent = JSON.parse(sessionStorage.getItem(UNSENT));
    sessionStorage.removeItem(UNSENT);
    if (unsent?.who === who) {
      if (isAbout(unsent)) putBack(unsent);
      desk.say(signedOut);
    }
  } catch {
    /* a browser that keeps nothing */
  }
})();
