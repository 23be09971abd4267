// Buttons that format a text in Markdown, and its result. Without this script one types the signs.
"use strict";

const MOMENT = 400; // ms after the last key, before the result is asked for

// What a button puts around the selected words, or before each of their lines.
const BUTTONS = [
  ["Gras", (words) => [`**${words || "mots en gras"}**`, 2, 2]],
  ["Italique", (words) => [`*${words || "mots en italique"}*`, 1, 1]],
  ["Sous-titre", (words) => lines("## ", words || "Sous-titre")],
  ["Liste", (words) => lines("- ", words || "premier point")],
  ["Lien", (words) => [`[${words || "mots du lien"}](https://)`, words ? words.length + 3 : 1, words ? 1 : 11]],
  ["Citation", (words) => lines("> ", words || "Ce qui a été dit")],
];

function lines(sign, words) {
  return [words.split("\n").map((line) => sign + line).join("\n"), sign.length, 0];
}

// Lines with a sign stand apart from the paragraph before and after them.
function apart(field, start, end) {
  const before = field.value.slice(0, start);
  const after = field.value.slice(end);
  return [
    before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "",
    after && !after.startsWith("\n\n") ? (after.startsWith("\n") ? "\n" : "\n\n") : "",
  ];
}

function format(field, make) {
  const { selectionStart: start, selectionEnd: end } = field;
  const [text, left, right] = make(field.value.slice(start, end));
  const [before, after] = right === 0 ? apart(field, start, end) : ["", ""];
  field.setRangeText(before + text + after, start, end);
  const from = start + before.length;
  field.setSelectionRange(from + left, from + text.length - right);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function button(label, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", press);
  return made;
}

function equip(field) {
  if (field.dataset.equipped || field.name.includes("__prefix__")) return;
  field.dataset.equipped = "yes";
  const bar = document.createElement("div");
  bar.className = "markdown-bar";
  bar.role = "group";
  const label = document.querySelector(`label[for="${field.id}"]`)?.textContent.replace(/\s*:\s*$/, "");
  bar.setAttribute("aria-label", `Mise en forme${label ? `, ${label}` : ""}`);
  for (const [name, make] of BUTTONS) bar.append(button(name, () => format(field, make)));

  const result = document.createElement("div");
  result.className = "markdown-result";
  result.hidden = true;
  const toggle = button("Résultat", () => {
    result.hidden = !result.hidden;
    toggle.setAttribute("aria-expanded", String(!result.hidden));
    show();
  });
  toggle.setAttribute("aria-expanded", "false");
  bar.append(toggle);
  field.before(bar);
  field.after(result);

  let waiting = 0;
  let asked = 0;
  async function show() {
    if (result.hidden) return;
    const number = ++asked;
    const token = field.form.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, text: field.value });
    try {
      const answer = await fetch(field.dataset.markdown, { method: "POST", body, redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      const html = await answer.text();
      if (number === asked) result.innerHTML = html; // sanitised by the site
    } catch {
      if (number === asked) result.textContent = "Le résultat ne peut pas être montré pour l’instant.";
    }
  }
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, MOMENT);
  });
}

function equipAll(part) {
  part.querySelectorAll("textarea[data-markdown]").forEach(equip);
}

equipAll(document);
document.addEventListener("formset:added", (event) => equipAll(event.target));
