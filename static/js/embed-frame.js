/* In the frame: who one is, how high the page is, what the page around it asks. */
(() => {
  "use strict";

  const HEADER = "Ordstyrer-Pass", KEPT = "ordstyrer.pass";
  const INSIDE = /^\/(articles\/[-\w]+\/((comments|read|seen)\/)?|comments\/[0-9a-f-]{36}\/\w*\/?)$/;
  const { host, query, frames } = document.body.dataset;
  const site = frames.replace(/embed\/$/, "");
  const COOKIE = `Path=${frames}; Secure; SameSite=None; Partitioned`;

  /* --- Who is at the keyboard: a pass that goes along with each request. ----------------------
     Of a guest who signed in it holds both, "guest~user": they are that guest once they sign out.
     Browsers keep it apart for each site around the frame: in the frame's storage, or where that is
     closed, in a partitioned cookie. That is storage as well: the server reads no cookie here. */
  const PLACES = [
    {
      read: () => localStorage.getItem(KEPT),
      write: (given) => localStorage.setItem(KEPT, given),
      forget: () => localStorage.removeItem(KEPT),
    },
    {
      read: () => new RegExp(`(?:^|; )${KEPT}=([^;]+)`).exec(document.cookie)?.[1],
      write(given) {
        document.cookie = `${KEPT}=${given}; Max-Age=31536000; ${COOKIE}`;
        if (this.read() !== given) throw new Error("not kept");
      },
      forget: () => { document.cookie = `${KEPT}=; Max-Age=0; ${COOKIE}`; },
    },
  ];

  function firstThatWorks(does) {
    for (const place of PLACES) {
      try {
        return does(place) ?? "";
      } catch {
        /* Closed: the next one, or none at all. */
      }
    }
    return null;
  }

  let pass = firstThatWorks((place) => place.read()) || "";

  function remember(given) {
    pass = given;
    const kept = firstThatWorks((place) => (given ? place.write(given) : place.forget()));
    document.querySelector(".forgets").hidden = !given || kept !== null;
  }

  const withUser = (given) => `${asGuest()}~${given}`;
  const asGuest = () => pass.split("~")[0];

  function inside(address) {
    const url = new URL(address, location.href);
    const path = url.pathname.replace(site, "/");
    if (!url.pathname.startsWith(frames) && INSIDE.test(path)) {
      url.pathname = frames + path.slice(1);
    }
    for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
    return url.pathname + url.search;
  }

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.path = inside(detail.path);
    if (pass) detail.headers[HEADER] = pass;
  });
  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    const given = detail.xhr.getResponseHeader(HEADER);
    if (given) remember(given);
  });

  /* Sent beside the page, with the ticket of the newest one; whether it was taken. */
  async function send(path, fields) {
    const csrfmiddlewaretoken = document.getElementById("main").dataset.ticket;
    const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken });
    const headers = pass ? { [HEADER]: pass } : {};
    try {
      return (await fetch(inside(path), { method: "POST", headers, body, keepalive: true })).ok;
    } catch {
      return false;
    }
  }
  /* That somebody looks is told as whoever looks here; the site's own cookie would name another. */
  document.addEventListener("ordstyrer:seen", (event) => {
    event.preventDefault();
    send(event.detail.path, { at: event.detail.at });
  });
  /* What opens a form under its comment is no link to follow. */
  document.addEventListener("htmx:confirm", (event) => {
    if (event.target.matches("a[data-do]") && event.target.closest(".c")) event.preventDefault();
  });
  /* A whole page that says why it has nothing to show is shown, too. */
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.boosted && [403, 404, 410].includes(detail.xhr.status)) detail.shouldSwap = true;
  });

  /* The discussion as it is for whoever the pass names. What was typed stays. The address of now may
     be that of a form which is nobody's any more. */
  const first = location.pathname + location.search;
  async function showAgain() {
    const typed = document.querySelector("#write textarea")?.value;
    await htmx.ajax("GET", first, { target: "body", swap: "innerHTML" });
    const field = document.querySelector("#write textarea");
    if (field && typed && !field.value) field.value = typed;
  }

  /* What the guest of this frame wrote is theirs who signed in; the page's first ticket may be too old
     to say so, the one that they are shown is not. */
  async function signedIn(given) {
    remember(withUser(given));
    await showAgain();
    if (asGuest() && await send(`${frames}join/`)) await showAgain();
  }

  async function signOut() {
    const everywhere = await send(`${frames}sign-out/`);
    remember(asGuest());
    await showAgain();
    document.querySelector(everywhere ? ".signed-out" : ".signed-out-here").hidden = false;
  }

  let signingIn = null;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-do]");
    if (link?.dataset.do === "sign-in") {
      event.preventDefault();
      signingIn = window.open(link.href, "ordstyrer-sign-in", "popup,width=520,height=720");
    }
    if (link?.dataset.do === "sign-out") {
      event.preventDefault();
      event.stopImmediatePropagation();
      signOut();
    }
  }, true);

  /* --- The page around it ---------------------------------------------------------------------- */
  function tell(what, more) {
    if (host && window.parent !== window) window.parent.postMessage({ ordstyrer: what, ...more }, host);
  }

  let told = 0;
  function tellHeight() {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    tell("height", { height });
  }

  function show(element) {
    if (element) tell("show", { top: element.getBoundingClientRect().top });
  }

  function showComment(id) {
    const comment = document.getElementById(`c-${id}`);
    if (!comment) {
      htmx.ajax("GET", `${site}comments/${id}/`, { target: "body", swap: "innerHTML" })
        .then(() => show(document.getElementById(`c-${id}`)));
      return;
    }
    location.hash = comment.id;
    show(comment);
  }

  addEventListener("message", (event) => {
    const said = event.data;
    if (signingIn && event.source === signingIn && event.origin === location.origin) {
      if (said?.ordstyrer === "pass" && typeof said.pass === "string") {
        signedIn(said.pass);
      }
      return;
    }
    if (!host || event.source !== window.parent || event.origin !== host) return;
    if (said?.ordstyrer === "scheme" && ["light", "dark", "auto"].includes(said.scheme)) {
      document.documentElement.dataset.scheme = said.scheme;
    }
    if (said?.ordstyrer === "comment" && /^[0-9a-f-]{36}$/.test(said.comment)) {
      showComment(said.comment);
    }
  });

  /* A link within the discussion, and what came back with a remark. */
  document.addEventListener("click", (event) => {
    const hash = event.target.closest("a[href^='#']")?.hash;
    if (hash) show(document.getElementById(decodeURIComponent(hash.slice(1))));
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.boosted) show(document.getElementById("main"));
  });

  new ResizeObserver(tellHeight).observe(document.body);
  tellHeight();
  tell("ready", { title: document.title, absent: Boolean(document.querySelector("[data-absent]")) });
  if (pass) showAgain();
  const wanted = new URLSearchParams(location.search).get("comment");
  if (wanted && /^[0-9a-f-]{36}$/.test(wanted)) showComment(wanted);
})();
