/* Signed in at the top: tell the frame that opened this page, and nobody else, who one is. */
(() => {
  "use strict";

  const place = document.getElementById("signed-in");
  if (!window.opener) return;
  window.opener.postMessage({ ordstyrer: "pass", pass: place.dataset.pass }, location.origin);
  window.close();
})();
