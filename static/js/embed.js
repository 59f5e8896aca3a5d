/* Comments in a page of another site. Two lines are enough:

     <script src="https://comments.example.org/static/js/embed.js" async></script>
     <div data-ordstyrer-article="the-slug"><a href="…">Read the comments</a></div>

   Nothing is written into the page but a frame; no style, no script, no cookie. */
(() => {
  "use strict";

  const script = document.currentScript || document.querySelector('script[src*="/js/embed.js"]');
  const frames = new URL(script.dataset.frames || "../../embed/", script.src);
  const SITE = frames.origin;
  const PATIENCE_MS = 5000; // after the frame has loaded: one that was refused stays silent
  const HIGHEST = 1_000_000; // pixels
  const SLUG = /^[-\w]+$/, COMMENT = /^#comment-([0-9a-f-]{36})$/;
  const opened = new Map(); // place -> { frame, fallback, ready }

  const wantedComment = () => COMMENT.exec(location.hash)?.[1];

  /* --- What the page is like ------------------------------------------------------------------ */
  function isDark(place) {
    for (let element = place; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor.match(/[\d.]+/g)?.map(Number);
      if (!colour || colour[3] === 0) continue;
      return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] < 110;
    }
    return false;
  }

  function schemeOf(place) {
    const wanted = place.dataset.ordstyrerScheme;
    if (["light", "dark", "auto"].includes(wanted)) return wanted;
    const used = getComputedStyle(place).colorScheme.split(" ");
    if (used.includes("dark")) return used.includes("light") ? "auto" : "dark";
    return isDark(place) ? "dark" : "light";
  }

  const languageOf = (place) => place.closest("[lang]")?.lang || "";

  function pageOf(name) {
    if (name) return new URL(name, location.href).href;
    return document.querySelector('link[rel="canonical"]')?.href || location.href;
  }

  /* --- The frame -------------------------------------------------------------------------------- */
  function addressOf(place) {
    const name = place.dataset.ordstyrerArticle;
    const url = new URL(SLUG.test(name) ? `articles/${name}/` : "", frames);
    if (!SLUG.test(name)) {
      url.searchParams.set("url", pageOf(name));
      url.searchParams.set("title", place.dataset.ordstyrerTitle || document.title);
    }
    url.searchParams.set("from", location.origin);
    url.searchParams.set("lang", languageOf(place));
    url.searchParams.set("scheme", schemeOf(place));
    if (wantedComment()) url.searchParams.set("comment", wantedComment());
    return url.href;
  }

  function colour(frame, scheme) {
    frame.style.colorScheme = scheme === "auto" ? "light dark" : scheme;
  }

  /* Until the frame says its own title: in the language of the page around the element. */
  function nameOf(place) {
    const language = place.closest("[lang]")?.lang || "";
    return /^(nb|nn|no)\b/i.test(language) ? "Kommentarer" : "Comments";
  }

  function open(place) {
    const frame = document.createElement("iframe");
    frame.title = place.textContent.trim() || nameOf(place);
    frame.allow = "clipboard-write";
    frame.style.cssText = "display: block; width: 100%; height: 1px; border: 0";
    colour(frame, schemeOf(place));
    frame.addEventListener("load", () => setTimeout(() => giveUp(place), PATIENCE_MS), { once: true });
    opened.set(place, { frame, fallback: [...place.childNodes], ready: false });
    place.dataset.ordstyrerState = "waiting";
    frame.src = addressOf(place);
    place.append(frame);
  }

  /* The frame was refused, or the site is away: the link that the page brought stays. */
  function giveUp(place) {
    const { frame, ready } = opened.get(place);
    if (ready) return;
    frame.remove();
    place.dataset.ordstyrerState = "fallback";
  }

  const heard = {
    ready(place, said) {
      const one = opened.get(place);
      one.ready = true;
      if (said.absent && one.fallback.some((node) => node.nodeType === Node.ELEMENT_NODE)) {
        one.ready = false;
        giveUp(place);
        return;
      }
      if (typeof said.title === "string") one.frame.title = said.title.slice(0, 300);
      for (const node of one.fallback) node.remove();
      place.dataset.ordstyrerState = "open";
    },
    height(place, said) {
      if (!Number.isFinite(said.height) || said.height < 0 || said.height > HIGHEST) return;
      opened.get(place).frame.style.height = `${Math.ceil(said.height)}px`;
    },
    show(place, said) {
      if (!Number.isFinite(said.top)) return;
      const top = opened.get(place).frame.getBoundingClientRect().top + said.top;
      const isSeen = top >= 0 && top < window.innerHeight * 0.7;
      if (!isSeen) window.scrollBy({ top: top - window.innerHeight / 8 });
    },
  };

  addEventListener("message", (event) => {
    if (event.origin !== SITE) return;
    for (const [place, { frame }] of opened) {
      if (!frame.isConnected || event.source !== frame.contentWindow) continue;
      const said = event.data;
      if (said && Object.hasOwn(heard, said.ordstyrer)) heard[said.ordstyrer](place, said);
    }
  });

  function tell(what) {
    for (const [place, { frame, ready }] of opened) {
      if (ready) frame.contentWindow?.postMessage(what(place, frame), SITE);
    }
  }

  addEventListener("hashchange", () => {
    const comment = wantedComment();
    if (comment) tell(() => ({ ordstyrer: "comment", comment }));
  });

  function tellScheme() {
    tell((place, frame) => {
      const scheme = schemeOf(place);
      colour(frame, scheme);
      return { ordstyrer: "scheme", scheme };
    });
  }
  const looks = ["class", "style", "data-theme", "data-color-scheme"];
  for (const element of [document.documentElement, document.body]) {
    if (element) new MutationObserver(tellScheme).observe(element, { attributeFilter: looks });
  }

  /* --- Counts ----------------------------------------------------------------------------------- */
  const MOST = 100, LONGEST = 3500; // pages, and letters of an address

  function nameOf(element) {
    const name = element.dataset.ordstyrerCount;
    if (SLUG.test(name)) return name;
    const url = new URL(pageOf(name));
    return url.origin === location.origin ? url.pathname + url.search : url.origin + url.pathname + url.search;
  }

  async function ask(names, language) {
    const url = new URL("counts/", frames);
    for (const name of names) url.searchParams.append("of", name);
    if (names.some((name) => name.startsWith("/"))) url.searchParams.set("on", location.origin);
    url.searchParams.set("lang", language);
    const answer = await fetch(url, { credentials: "omit" });
    return answer.ok ? (await answer.json()).counts : {};
  }

  async function showCounts() {
    const wanted = new Map();
    for (const element of document.querySelectorAll("[data-ordstyrer-count]:not([data-ordstyrer-counted])")) {
      element.dataset.ordstyrerCounted = "";
      const name = nameOf(element);
      wanted.set(name, [...(wanted.get(name) || []), element]);
    }
    const parts = [[]];
    let length = 0;
    for (const name of [...wanted.keys()].sort()) {
      const own = encodeURIComponent(name).length + 4;
      if (parts.at(-1).length === MOST || length + own > LONGEST) {
        parts.push([]);
        length = 0;
      }
      parts.at(-1).push(name);
      length += own;
    }
    const language = languageOf(document.body);
    for (const part of parts.filter((names) => names.length)) {
      const counts = await ask(part, language).catch(() => ({}));
      for (const [name, { number, words }] of Object.entries(counts)) {
        for (const element of wanted.get(name) || []) {
          element.textContent = "ordstyrerNumber" in element.dataset ? number : words;
        }
      }
    }
  }

  /* --- All of it, and again when the page says that it has changed ---------------------------------- */
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      if (!opened.has(target)) open(target);
    }
  }, { rootMargin: "800px 0px" });

  function look() {
    for (const place of document.querySelectorAll("[data-ordstyrer-article]")) {
      if (opened.has(place)) continue;
      if (wantedComment()) open(place);
      else near.observe(place);
    }
    for (const place of opened.keys()) if (!place.isConnected) opened.delete(place);
    showCounts();
  }

  document.addEventListener("ordstyrer:look", look);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
  else look();
})();
