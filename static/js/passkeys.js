// Says in words when a passkey was not used; the library only tells the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.querySelector("[data-passkey-trouble]");
  if (words) words.hidden = false;
});
