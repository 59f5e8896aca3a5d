/* The two handles of the histogram: dragged, moved by keys, or typed. Without this the number
   fields and their button do the same. */
"use strict";

(() => {
  const STEPS = 100;
  const PAUSE_MS = 250; // after the last move, before the sample is asked for
  const box = document.querySelector(".histogram");
  const form = document.querySelector("#range");
  if (!box || !form) return;

  const counts = JSON.parse(box.dataset.counts);
  const all = counts.reduce((sum, number) => sum + number, 0);
  const overlay = box.querySelector(".handles");
  const handles = Object.fromEntries(
    [...overlay.querySelectorAll(".handle")].map((handle) => [handle.dataset.bound, handle]),
  );
  const between = box.querySelector(".between");
  const bars = [...box.querySelectorAll(".bar")];
  const fields = { low: form.elements.low, high: form.elements.high };
  const hundredths = (field, otherwise) => {
    const read = Math.round(Number.parseFloat(field.value) * STEPS);
    return Number.isNaN(read) ? otherwise : Math.min(STEPS, Math.max(0, read));
  };
  const at = { low: hundredths(fields.low, 0), high: hundredths(fields.high, STEPS) };
  const written = (value) => (value / STEPS).toFixed(2);
  const grouped = (number) => number.toLocaleString(document.documentElement.lang);
  const inside = () => counts.slice(at.low, at.high).reduce((sum, number) => sum + number, 0);

  const draw = () => {
    const number = inside();
    between.setAttribute("x", `${at.low}%`);
    between.setAttribute("width", `${at.high - at.low}%`);
    bars.forEach((bar) => {
      const step = Number(bar.dataset.at);
      bar.classList.toggle("bar-outside", step < at.low || step >= at.high);
    });
    Object.entries(handles).forEach(([bound, handle]) => {
      handle.setAttribute("x", `${at[bound]}%`);
      handle.setAttribute("aria-valuenow", written(at[bound]));
      handle.setAttribute("aria-valuemin", written(bound === "low" ? 0 : at.low + 1));
      handle.setAttribute("aria-valuemax", written(bound === "low" ? at.high - 1 : STEPS));
      handle.setAttribute(
        "aria-valuetext",
        `${written(at[bound])}: ${grouped(number)} ${box.dataset.of} ${grouped(all)}`,
      );
    });
    document.querySelector("#number-inside").textContent = grouped(number);
    // What is decided is what the handles hold now, not what was asked for last.
    Object.keys(at).forEach((bound) => {
      document.querySelectorAll(`#inside input[name="${bound}"]`).forEach((input) => {
        input.value = written(at[bound]);
      });
    });
  };

  let timer = 0;
  const label = form.elements.score_label.value; // of the picture
  const ask = () => {
    // What was moved for this label, a label chosen afterwards does not take over.
    const chosen = form.elements.score_label.value;
    if (chosen === label) form.elements.drawn.value = `${label} ${written(at.low)} ${written(at.high)}`;
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    history.replaceState(null, "", address);
    htmx.ajax("GET", address, { target: "#inside", swap: "innerHTML" });
  };
  const move = (bound, value) => {
    const [lowest, highest] = bound === "low" ? [0, at.high - 1] : [at.low + 1, STEPS];
    at[bound] = Math.min(highest, Math.max(lowest, value));
    fields[bound].value = written(at[bound]);
    draw();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  };

  const KEYS = {
    ArrowLeft: (value) => value - 1,
    ArrowDown: (value) => value - 1,
    ArrowRight: (value) => value + 1,
    ArrowUp: (value) => value + 1,
    PageDown: (value) => value - 10,
    PageUp: (value) => value + 10,
    Home: () => 0,
    End: () => STEPS,
  };
  overlay.removeAttribute("aria-hidden");
  Object.entries(handles).forEach(([bound, handle]) => {
    handle.setAttribute("role", "slider");
    handle.setAttribute("tabindex", "0");
    handle.setAttribute("aria-label", handle.dataset.name);
    handle.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      move(bound, step(at[bound]));
    });
  });

  /* The handle that is nearer comes along; where both stand together, the one on that side. */
  const pointed = (event) => {
    const { left, width } = overlay.getBoundingClientRect();
    return Math.round(((event.clientX - left) / width) * STEPS);
  };
  const nearest = (value) => {
    if (Math.abs(value - at.low) === Math.abs(value - at.high)) return value < at.low ? "low" : "high";
    return Math.abs(value - at.low) < Math.abs(value - at.high) ? "low" : "high";
  };
  let dragged = "";
  overlay.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragged = event.target.closest(".handle")?.dataset.bound || nearest(pointed(event));
    overlay.setPointerCapture(event.pointerId);
    handles[dragged].focus({ preventScroll: true });
    event.preventDefault();
    move(dragged, pointed(event));
  });
  overlay.addEventListener("pointermove", (event) => {
    if (dragged) move(dragged, pointed(event));
  });
  const release = () => {
    dragged = "";
  };
  overlay.addEventListener("pointerup", release);
  overlay.addEventListener("pointercancel", release);

  Object.entries(fields).forEach(([bound, field]) => {
    field.addEventListener("change", () => move(bound, hundredths(field, at[bound])));
  });
  draw();
})();
