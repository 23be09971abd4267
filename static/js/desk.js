// Tell the server that this message is on screen, and the reader who else has it.
"use strict";

const EVERY = 20_000; // milliseconds; the server forgets after sixty seconds
const notice = document.querySelector("[data-presence]");
const token = document.querySelector("[name=csrfmiddlewaretoken]");

async function tell() {
  if (document.hidden) return;
  try {
    const answer = await fetch(notice.dataset.presence, {
      method: "POST",
      headers: { "X-CSRFToken": token.value },
    });
    if (!answer.ok) return;
    const { readers } = await answer.json();
    const text = readers.length ? `En ce moment à l’écran de ${readers.join(", ")}.` : "";
    if (notice.textContent !== text) notice.textContent = text;
  } catch {
    // The network is away: the next time will do.
  }
}

if (notice && token) {
  tell();
  setInterval(tell, EVERY);
  document.addEventListener("visibilitychange", tell);
}
