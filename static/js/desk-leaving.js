/* On the way to another page. The one that is left hears every key until the other one comes; none
   acts there any more. What is typed after "/" reaches the search field, whichever page hears it:
   so this script comes before the styles, and waits for nothing. */
"use strict";

(() => {
  const TYPED = "desk.typed";
  const readTyped = () => {
    try {
      return JSON.parse(sessionStorage.getItem(TYPED));
    } catch {
      return null;
    }
  };
  let isLeaving = false;
  let typed = readTyped(); // on the way to the search: {words, sent}

  const keep = (kept) => {
    typed = kept;
    try {
      if (kept) sessionStorage.setItem(TYPED, JSON.stringify(kept));
      else sessionStorage.removeItem(TYPED);
    } catch {
      /* a browser that keeps nothing: the field begins empty */
    }
  };
  const take = (key) => {
    if (typed.sent) return;
    if (key === "Enter") keep({ ...typed, sent: true });
    else if (key === "Backspace") keep({ ...typed, words: typed.words.slice(0, -1) });
    else if (key.length === 1) keep({ ...typed, words: typed.words + key });
  };
  const stay = () => {
    isLeaving = false;
    keep(null);
  };
  const isField = (target) =>
    target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");

  window.addEventListener(
    "keydown",
    (event) => {
      if (!isLeaving && !typed) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
      if (event.key === "Escape") {
        window.stop();
        stay();
        return;
      }
      if (isField(event.target)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (typed) take(event.key);
    },
    true,
  );
  window.addEventListener("beforeunload", () => {
    isLeaving = true;
  });
  /* A form that the browser itself sends leaves the page, and says so before "beforeunload" comes. */
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.method !== "dialog") isLeaving = true;
  });
  /* Whoever clicks sees a page that is still there: a download, or an answer that did not come. */
  window.addEventListener("pointerdown", stay, true);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stay();
  });

  const field = () => document.getElementById("search_words");
  const toSearch = () => {
    if (field()) {
      field().select();
      return;
    }
    isLeaving = true;
    keep({ words: "", sent: false });
    document.querySelector('.rooms [data-key="/"]').click();
  };
  document.addEventListener("DOMContentLoaded", () => {
    const arrived = typed;
    if (!arrived) return;
    keep(null);
    if (!field()) return;
    field().value = arrived.words + field().value; // which heard what came last
    field().focus();
    if (arrived.sent) field().form.requestSubmit();
  });

  window.leaving = {
    toSearch,
    begin: () => {
      isLeaving = true;
    },
  };
})();
