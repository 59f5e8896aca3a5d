/* Going on. While a comment is read, the one after it is got ready; a key puts it on the screen at
   once, and the server, which decides, confirms it or sends another. One letter is under way at a
   time. What is decided meanwhile is kept and sent next, bound to the comment that it is about. */
"use strict";

(() => {
  const READY_MS = 120000; // what was got ready longer ago is asked for anew
  const UNREAD_MS = 250; // nobody reads faster: what comes earlier was meant for the one before
  const MOST_KEPT_ALIVE = 48000; // bytes; the form's own borders come on top
  const desk = window.desk;
  const { one } = desk;
  const says = document.body.dataset;
  let ready = null; // the comment after the one on the screen
  let asking = null; // for the one to get ready
  let letter = null; // under way
  let after = null; // what to do when it is answered
  let refused = null; // answered with a refusal while the next comment was being decided
  let shownAt = -Infinity;

  const hand = () => one("#focus");
  const putAway = (element) => {
    const kept = document.createDocumentFragment();
    kept.append(...element.childNodes);
    return kept;
  };
  const swap = (target, html, style = "innerHTML") =>
    htmx.swap(target, html, { swapStyle: style, swapDelay: 0, settleDelay: 0 });

  /* Parts of an answer whose place is not on this page are left out. */
  const fitting = (html, without = "") => {
    const box = document.createElement("template");
    box.innerHTML = html;
    for (const part of box.content.querySelectorAll("[hx-swap-oob]")) {
      if (!document.getElementById(part.id) || part.id === without) part.remove();
    }
    return box.innerHTML;
  };

  /* --- The comment after this one: asked for as soon as this one is on the screen, even while the
     letter about the one before is under way. The server may offer that one then, since it waits for
     as long as nothing is decided: it is asked again afterwards. Where calm ones stand in between, what
     comes next rests on that letter, and waits for its answer. -------------------------------------- */
  const getReady = async () => {
    const card = one("#card[data-ahead]");
    const behind = card?.dataset.item;
    if (!card || [ready?.behind, asking?.behind].includes(behind)) return;
    if (letter && (!letter.hand || "calm" in card.dataset)) return;
    stopAsking();
    const mine = { behind, about: letter?.about, stop: new AbortController() };
    asking = mine;
    const found = await lookAhead(card.dataset.ahead, mine.stop.signal);
    if (asking !== mine) return;
    asking = null;
    if (found && found.item !== mine.about) ready = { behind, ...found };
    else if (found && !letter) getReady();
  };
  const lookAhead = async (url, signal) => {
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "focus" }, signal });
      if (answer.status !== 200 || !answer.headers.has("Desk-Item")) return null;
      return {
        item: answer.headers.get("Desk-Item"),
        version: answer.headers.get("Desk-Version"),
        html: await answer.text(),
        at: performance.now(),
      };
    } catch {
      return null; // asked for again with the next comment; until then the server sends it
    }
  };
  const stopAsking = () => {
    asking?.stop.abort();
    asking = null;
  };
  const readyBehind = (card) =>
    ready && ready.behind === card?.dataset.item && performance.now() - ready.at < READY_MS ? ready : null;

  const show = (next) => {
    letter.hand = putAway(hand());
    letter.context = putAway(one("#context"));
    swap("#focus", next.html);
    shownAt = performance.now();
    desk.arrived();
  };
  const bringBack = (from) => {
    if (!from.hand) return;
    stopAsking();
    hand().replaceChildren(from.hand);
    one("#context").replaceChildren(from.context);
    ready = from.next;
    desk.arrived();
  };

  /* --- A letter: a decision, a skip, an undo --------------------------------------------------------- */
  const send = (form, submitter) => {
    if (letter) {
      after ??= () => send(form, submitter);
      return;
    }
    const body = new FormData(form, submitter);
    const next = form.dataset.go === "stay" ? null : readyBehind(one("#card"));
    letter = { next, about: one("#card")?.dataset.item, hand: null };
    const here = location.href; // of this comment, whichever is shown next
    if (next) {
      body.append("shown", next.item);
      body.append("shown_version", next.version);
      show(next);
    } else {
      hand().setAttribute("aria-busy", "true");
    }
    if (form.dataset.go === "decide") desk.say("");
    post(form.getAttribute("action"), body, here); // a field called "action" hides form.action
  };
  /* A browser refuses to keep more than 64 KB alive, and says no more than that it failed. */
  const isSmall = (body) => new Blob([...body].flat()).size < MOST_KEPT_ALIVE;
  const post = async (url, body, here) => {
    let answer = null;
    let text = "";
    try {
      answer = await fetch(url, {
        method: "POST",
        body,
        keepalive: isSmall(body), // a page that is left decides all the same
        headers: { "HX-Request": "true", "HX-Target": "focus", "HX-Current-URL": here },
      });
      text = await answer.text();
    } catch {
      answer = null;
    }
    const answered = letter;
    const then = after;
    letter = after = null;
    hand().removeAttribute("aria-busy");
    settle(answered, answer, text, Boolean(then));
    if (answer?.headers.has("HX-Redirect")) return; // whoever is signed out decides nothing more
    if (then) then();
    if (letter) return;
    if (refused) {
      const [from, html] = refused;
      refused = null;
      tellRefusal(from, html);
    }
    getReady();
  };
  const settle = (from, answer, text, isDeciding) => {
    if (!answer?.ok && ![409, 422, 423].includes(answer?.status)) {
      bringBack(from);
      desk.say(answer === null ? says.unsent : answer.status === 403 ? says.refused : says.broken);
    } else if (answer.headers.has("HX-Redirect")) {
      bringBack(from); // to sign in, and back to what was not decided
      desk.keepUnsent();
      window.leaving.begin();
      location.assign(answer.headers.get("HX-Redirect"));
    } else if (answer.redirected) {
      location.assign(answer.url);
    } else if (answer.headers.get("HX-Retarget") === "#done") {
      swap("#done", text);
    } else if (!answer.ok) {
      if (isDeciding) refused = [from, text];
      else tellRefusal(from, text);
    } else if (answer.headers.get("HX-Reswap") === "none") {
      swap("#done", fitting(text), "none");
    } else if (from.next && (isDeciding || one("#card")?.dataset.item !== from.next.item)) {
      swap("#done", fitting(text, "context"), "none"); // another comment is on the screen by now
    } else {
      swap("#focus", fitting(text));
      shownAt = performance.now();
      desk.arrived();
    }
  };
  const tellRefusal = (from, html) => {
    bringBack(from);
    swap("#actions", fitting(html));
    desk.refusalArrived();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-go]");
    if (!form) return;
    event.preventDefault();
    if (letter && form.closest("#done")) {
      desk.whenAnswered(() => desk.press("u")); // the line at the foot is of the decision before
      return;
    }
    if (form.dataset.go === "decide" && performance.now() - shownAt < UNREAD_MS) {
      desk.say(says.unread);
      return;
    }
    if (!letter || letter.next) send(form, event.submitter);
  });
  document.addEventListener("desk:shown", getReady);

  desk.isSending = () => letter !== null;
  desk.whenAnswered = (action) => {
    if (letter) after ??= action;
    else action();
  };
  desk.isReady = (item) => readyBehind(one("#card"))?.item === item;
  getReady();
})();
