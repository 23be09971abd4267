// Ask before a page is left with a text that is not saved. Without this script nothing breaks.
"use strict";

const forms = [...document.querySelectorAll("[name=_seal]")].map((seal) => seal.form);
const opened = new Map(); // form: what it had when the page was whole
const typed = new Set(); // forms in which one typed before that
let sent = null; // the form that leaves the page

function valuesOf(form) {
  const values = [...new FormData(form)].map(([name, value]) => [
    name,
    value instanceof File ? `${value.name} ${value.size}` : value,
  ]);
  return JSON.stringify(values);
}

function isUnsaved(form) {
  if (form === sent) return false;
  const isMarked = form.querySelector("[name=_seal]").hasAttribute("data-unsaved");
  return isMarked || typed.has(form) || (opened.has(form) && opened.get(form) !== valuesOf(form));
}

// The admin's own scripts prepare the fields before « load ».
window.addEventListener("load", () => forms.forEach((form) => opened.set(form, valuesOf(form))));

document.addEventListener("input", (event) => {
  sent = null; // one types again: the page was not left after all
  const form = event.target.form;
  if (forms.includes(form) && !opened.has(form)) typed.add(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const target = event.submitter?.getAttribute("formtarget") || form.target;
  if (event.defaultPrevented || (target && target !== "_self")) return;
  if (form.hasAttribute("data-forgets")) {
    // The person gives up the text.
    window.removeEventListener("beforeunload", ask);
    return;
  }
  sent = form;
});

function ask(event) {
  if (forms.some(isUnsaved)) event.preventDefault();
}

window.addEventListener("beforeunload", ask);
window.addEventListener("pageshow", () => {
  sent = null;
  window.addEventListener("beforeunload", ask);
});
