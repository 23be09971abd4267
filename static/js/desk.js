// Report to the server that this message is on screen, and show who else reads it.
"use strict";

const EVERY = 20_000; // milliseconds; the server drops a reader after sixty seconds
const notice = document.querySelector("[data-presence]");
const token = document.querySelector("[name=csrfmiddlewaretoken]");

async function reportPresence() {
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
    // The network failed: the next report will do.
  }
}

if (notice && token) {
  reportPresence();
  setInterval(reportPresence, EVERY);
  document.addEventListener("visibilitychange", reportPresence);
}
