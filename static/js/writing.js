/* What scripts add while somebody writes: a count, a draft that is kept, quoting. */
(() => {
  "use strict";

  const SPEAK_AFTER = 1000, KEEP_AFTER = 300; // milliseconds without a key
  const KEPT_FOR = 14 * 24 * 3600 * 1000;
  const LINK = /https?:\/\/[^\s<>"]+/gi;
  const number = new Intl.NumberFormat(document.documentElement.lang || "en");
  const words = document.body.dataset;

  function later(wait, act) {
    const waiting = new WeakMap();
    return (box) => {
      clearTimeout(waiting.get(box));
      waiting.set(box, setTimeout(act, wait, box));
    };
  }

  /* --- Length and links: seen with each key, said when the fingers rest ----------------------- */

  function counted(box) {
    const length = [...box.value].length; // as the site counts: letters, not pairs of them
    const left = Number(box.dataset.longest) - length;
    const links = box.value.match(LINK)?.length || 0;
    const said = left < 0
      ? `${words.over} ${number.format(-left)}`
      : `${words.left} ${number.format(left)}`;
    return { said: links ? `${said} · ${words.links} ${links}` : said, over: left < 0 };
  }

  function places(box) {
    const field = box.closest(".mb-3") || box.parentElement;
    let seen = field.querySelector(".count");
    if (!seen) {
      seen = document.createElement("p");
      seen.className = "count";
      seen.setAttribute("aria-hidden", "true");
      const spoken = document.createElement("p");
      spoken.className = "unseen";
      spoken.setAttribute("role", "status");
      field.append(seen, spoken);
    }
    return [seen, seen.nextElementSibling];
  }

  const speak = later(SPEAK_AFTER, (box) => {
    const [, spoken] = places(box);
    spoken.textContent = counted(box).said;
  });

  function count(box) {
    const [seen] = places(box);
    const { said, over } = counted(box);
    seen.textContent = said;
    seen.classList.toggle("count-over", over);
    speak(box);
  }

  /* --- A draft: in this browser alone, until the comment has arrived -------------------------- */

  function nameOf(form) {
    if (form?.dataset?.sends !== "comment") return null;
    const parent = form.querySelector('[name="parent"]')?.value || "";
    return `draft:${new URL(form.action).pathname}:${parent}`;
  }

  function kept(name) {
    try {
      const draft = JSON.parse(localStorage.getItem(name));
      if (draft && Date.now() - draft.at < KEPT_FOR) return draft.text;
      localStorage.removeItem(name);
    } catch { /* no storage here, or another's in it: then there is no draft */ }
    return "";
  }

  function keepNow(name, text) {
    try {
      if (text.trim()) localStorage.setItem(name, JSON.stringify({ at: Date.now(), text }));
      else localStorage.removeItem(name);
    } catch { /* full, or refused: the text is still in the form */ }
  }

  const keep = later(KEEP_AFTER, (box) => {
    const name = box.isConnected && nameOf(box.form);
    if (name) keepNow(name, box.value);
  });

  window.addEventListener("pagehide", () => {
    // Whoever leaves sooner than a draft is kept loses nothing, either.
    for (const box of document.querySelectorAll("textarea[data-longest]")) {
      const name = nameOf(box.form);
      if (name && box.value.trim() && box.value !== box.defaultValue) keepNow(name, box.value);
    }
  });

  function offer(form) {
    const name = nameOf(form);
    const note = form.querySelector(".draft");
    const box = form.querySelector("textarea");
    if (!name || !note || !box) return;
    const text = kept(name);
    const differs = text && text !== box.value;
    note.hidden = !differs || box.value.trim() !== "";
  }

  function bringBack(form) {
    const box = form.querySelector("textarea");
    box.value = kept(nameOf(form));
    form.querySelector(".draft").hidden = true;
    count(box);
    box.focus();
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    // What is being sent is kept, so that it is there whatever happens to the page meanwhile.
    const form = event.target.closest?.("form");
    const name = nameOf(form);
    if (name) keepNow(name, form.querySelector("textarea").value);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const name = nameOf(event.detail.requestConfig?.elt); // another form stands in its place by now
    if (name && event.detail.xhr?.status === 200) keepNow(name, "");
  });

  /* --- Quoting: what is selected in the comment, or all of it --------------------------------- */

  let selected = null; // the last selection within one comment's text
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const text = selection.toString().trim();
    if (!text) return; // what was selected stays so until something else is
    const range = selection.getRangeAt(0);
    const start = range.startContainer;
    const from = (start.nodeType === 1 ? start : start.parentElement)?.closest(".text");
    selected = null;
    if (!from) return;
    // Three clicks select a paragraph up to the beginning of whatever follows it.
    const beyond = range.cloneRange();
    if (!from.contains(range.endContainer)) beyond.setStart(from, from.childNodes.length);
    else beyond.collapse();
    if (beyond.toString().trim()) return;
    selected = { text, id: from.closest(".c")?.id, form: from.closest("form") };
  });

  function quote(button) {
    const form = button.closest("form");
    const box = form.querySelector("textarea");
    const parent = form.querySelector('[name="parent"]').value;
    const mine = selected && (selected.form === form || selected.id === `c-${parent}`);
    const lines = mine
      ? selected.text.split(/\n+/).map((line) => `> ${line}`).join("\n")
      : button.dataset.quote;
    selected = null;
    const at = box.selectionEnd;
    const before = box.value.slice(0, at).trimEnd();
    const after = box.value.slice(at).trimStart();
    const start = `${before ? `${before}\n\n` : ""}${lines}\n\n`;
    box.value = start + after;
    box.focus();
    box.setSelectionRange(start.length, start.length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-does]");
    if (!button || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    const form = button.closest("form");
    event.preventDefault();
    if (button.dataset.does === "quote") quote(button);
    if (button.dataset.does === "bring-back") bringBack(form);
    if (button.dataset.does === "throw-away") {
      keepNow(nameOf(form), "");
      form.querySelector(".draft").hidden = true;
      form.querySelector("textarea").focus();
    }
  });

  document.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.dataset?.longest) return;
    count(box);
    keep(box);
  });

  function begin(root) {
    for (const form of root.querySelectorAll?.('form[data-sends="comment"]') || []) offer(form);
    for (const box of root.querySelectorAll?.("textarea[data-longest]") || []) {
      if (box.value) count(box);
    }
  }
  document.addEventListener("htmx:load", (event) => {
    const arrived = event.detail.elt;
    begin(arrived.matches?.("form") ? arrived.parentElement : arrived);
    arrived.querySelector?.(".hint")?.focus();
  });
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => begin(document));
  } else {
    begin(document);
  }
})();
