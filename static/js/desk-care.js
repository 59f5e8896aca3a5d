/* The line about one's day never changes while somebody decides: the next minute is soon enough. */
"use strict";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.elt?.id !== "my-day") return;
  const decides = document.querySelector("details.act[open], dialog[open]");
  const isTyping = document.activeElement?.matches("input:not([type=checkbox]), textarea, select");
  if (decides || isTyping) event.detail.shouldSwap = false;
});
