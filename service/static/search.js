// Suggestions under every search box: the combobox pattern of WAI-ARIA, over a form that works without.

const WAIT = 150;

for (const input of document.querySelectorAll("input[data-suggest]")) enhance(input);

function enhance(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.heading);
  list.hidden = true;
  const around = document.createElement("span");
  around.className = "suggesting";
  input.replaceWith(around);
  around.append(input, list);
  for (const [name, value] of [
    ["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id],
    ["aria-autocomplete", "list"], ["aria-haspopup", "listbox"],
  ]) input.setAttribute(name, value);

  let timer = 0;
  let asking = null;
  let chosen = -1;

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    choose(-1);
    input.setAttribute("aria-expanded", "false");
  };

  const choose = number => {
    chosen = number;
    [...list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === number));
      if (at === number) option.scrollIntoView({block: "nearest"});
    });
    if (number < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[number].id);
  };

  const show = suggestions => {
    list.replaceChildren(...suggestions.map((suggestion, at) => option(suggestion, `${list.id}-${at}`)));
    choose(-1);
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };

  const ask = async () => {
    const text = input.value;
    if (!text.trim()) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const reply = await fetch(withWords(input.dataset.suggest, text), {signal: asking.signal});
      if (!reply.ok || input.value !== text) return;
      const {suggestions} = await reply.json();
      if (document.activeElement !== input || input.value !== text) return;
      show(suggestions.length
        ? [...suggestions, {name: input.dataset.more, href: withWords(input.dataset.all, text)}]
        : []);
    } catch {
      // The form works without suggestions.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", event => event.preventDefault());
  list.addEventListener("click", event => {
    const option = event.target.closest("li");
    if (option) location.assign(option.dataset.href);
  });
  input.addEventListener("keydown", event => {
    if (event.isComposing) return;
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      if (count) choose((chosen + 1) % count);
      else ask();
    } else if (event.key === "ArrowUp" && count) {
      event.preventDefault();
      choose(chosen <= 0 ? count - 1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.href);
    }
  });
}

function option({name, language, kind, symbol, href}, id) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.href = href;
  const words = document.createElement("span");
  words.dir = "auto";
  words.textContent = name;
  if (language) words.lang = language;
  item.append(words);
  const beside = [kind, symbol].filter(Boolean).join(" · ");
  if (beside) {
    const small = document.createElement("small");
    small.textContent = beside;
    item.append(small);
  }
  return item;
}

function withWords(address, text) {
  const found = new URL(address, location.href);
  found.searchParams.set("q", text);
  return found.pathname + found.search;
}
