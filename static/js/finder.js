// The places that the finder suggests under its field: an editable combobox with a list.
// The server gives the same places to the form, which works without a script.

const DELAY = 150; // milliseconds after the last key, before a request
const SHORTEST_QUERY = 2; // letters

function element(name, attributes) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  return created;
}

function combobox(input) {
  const list = element("ul", { id: `${input.id}-places`, class: "suggestions", role: "listbox", "aria-label": "Réponses" });
  const status = element("p", { class: "visually-hidden", role: "status" });
  let active = -1;
  let timer;
  let request = new AbortController();

  list.hidden = true;
  input.after(list, status);
  for (const [key, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(key, value);

  function activate(index) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = list.children[active];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function toggle(open) {
    activate(-1);
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  }

  function close() {
    clearTimeout(timer);
    request.abort();
    toggle(false);
  }

  function choose(option) {
    close();
    if (input.form.matches(".finder")) return location.assign(option.dataset.address);
    input.value = option.dataset.value;
    status.textContent = "";
  }

  function show(places, emptyMessage = "") {
    list.replaceChildren(...places.map((place, index) => {
      const option = element("li", {
        id: `${list.id}-${index}`, role: "option", "aria-selected": "false", "data-address": place.address, "data-value": place.value,
      });
      const detail = element("span", {});
      detail.textContent = place.detail;
      option.append(place.name, " ", detail);
      return option;
    }));
    toggle(places.length > 0);
    const several = places.length > 1 ? "s" : "";
    status.textContent = places.length ? `${places.length} réponse${several}, à parcourir avec les flèches` : emptyMessage;
  }

  async function suggest() {
    const address = new URL(input.dataset.suggestions, location.href);
    address.searchParams.set("q", input.value);
    request = new AbortController();
    try {
      const answer = await fetch(address, { signal: request.signal });
      if (answer.ok) show((await answer.json()).places, "Aucune réponse");
    } catch {
      // A newer request replaced this one, or there is no network: the form still works.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    request.abort();
    activate(-1);
    if (input.value.trim().length >= SHORTEST_QUERY) timer = setTimeout(suggest, DELAY);
    else show([]);
  });

  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    const moves = { ArrowDown: active < last ? active + 1 : 0, ArrowUp: active > 0 ? active - 1 : last };
    if (active >= 0) Object.assign(moves, { Home: 0, End: last });
    if (event.isComposing || last < 0) return;
    if (event.key in moves) {
      if (list.hidden) toggle(true);
      activate(moves[event.key]);
    } else if (event.key === "Enter" && active >= 0) {
      choose(list.children[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      close();
    } else return;
    event.preventDefault();
  });

  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}

document.querySelectorAll("input[data-suggestions]").forEach(combobox);
