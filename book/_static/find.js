/* The field that finds a place (div.find, written by citizen_security.book.places.index): the combobox pattern of ARIA.

   The entries are a script of the site, places/search.js, fetched when the field is first used. Accents, points and the
   like are folded on both sides. What is called just so comes first, then what begins so, as it stands in the index;
   a city comes before the state of its name. The page of the site's search takes its places from here. */
(() => {
  "use strict";

  const ROOT = new URL("..", document.currentScript.src);
  const MOST = 12;
  // Words that people leave out of names, or put in.
  const SMALL = new Set(["a", "da", "das", "de", "del", "do", "dos", "el", "in", "la", "las", "los", "of", "the"]);
  const NOWHERE = 7;

  let entries = null;

  const fold = (text) =>
    ` ${text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase()} `
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .replaceAll(" st ", " saint ")
      .trim();

  /* Entries of the index with what they are searched by. */
  function prepared(index) {
    const first = new Map();
    index.forEach(([name, where], order) => {
      if (!first.has(name) && !where.startsWith("country")) first.set(name, order);
    });
    return index.map(([name, where, address, also], order) => ({
      name, where, address, folded: fold(name),
      order: where.startsWith("city") && first.get(name) < order ? first.get(name) - 0.5 : order,
      also: also.split(",").map(fold).filter(Boolean),
      own: fold(`${name} ${also}`).split(" "),
      around: fold(where).split(" "),
      all: fold(`${name} ${also}`),
    }));
  }

  function load() {
    entries ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("places/search.js", ROOT).href;
      script.onload = () => resolve(prepared(window.placesToFind));
      script.onerror = () => reject(new Error(`${script.src} cannot be loaded`));
      document.head.append(script);
    });
    return entries;
  }

  /* How well an entry matches: 0 it is its name, 1 it is called so too, 2 its name begins so, 3 a word of it does, 4 a
     word that stands for it does, 5 each word begins one of its own or of where it is, 6 somewhere. */
  function closeness(entry, sought) {
    if (entry.folded === sought) return 0;
    if (entry.also.includes(sought)) return 1;
    if (entry.folded.startsWith(sought)) return 2;
    if (` ${entry.folded}`.includes(` ${sought}`)) return 3;
    if (` ${entry.all}`.includes(` ${sought}`)) return 4;
    const words = sought.split(" ").filter((word) => !SMALL.has(word));
    const begins = (names) => (word) => names.some((name) => name.startsWith(word));
    const each = words.length > 1 && words.every(begins([...entry.own, ...entry.around]));
    if (each && words.some(begins(entry.own))) return 5;
    return entry.all.includes(sought) ? 6 : NOWHERE;
  }

  /* Where names or what stands for them match, matches that are spread over an entry or lie within words are noise. */
  function matching(all, text, allows = (far) => far < NOWHERE) {
    const sought = fold(text);
    if (!sought) return [];
    const found = all.map((entry) => ({ entry, far: closeness(entry, sought) })).filter(({ far, entry }) => allows(far, entry));
    const near = found.filter(({ far }) => far < 5);
    return (near.length ? near : found)
      .sort((one, two) => one.far - two.far || one.entry.order - two.entry.order)
      .slice(0, MOST)
      .map(({ entry }) => entry);
  }

  const isPlace = (entry) => entry.address.startsWith("places/") && entry.where !== "page";
  const hasFigures = (entry) => isPlace(entry) && !entry.where.startsWith("no figures");

  /* What a text names that lists several: at commas and words between names, else at any blank. */
  function* divisions(text) {
    const parts = text.split(/\s*(?:[,;/&+]|\s(?:and|with|vs\.?|versus|y|e|con)\s)\s*/i).filter(Boolean);
    if (parts.length > 1) yield parts;
    const words = text.split(/\s+/);
    for (let end = 1; end < words.length; end += 1) yield [words.slice(0, end).join(" "), words.slice(end).join(" ")];
  }

  /* Places that a text names together, such as `Cali, Medellín`; none where the whole is the name of one. */
  function together(all, text) {
    const places = all.filter(hasFigures);
    const named = (words) => matching(places, words).find((entry) => closeness(entry, fold(words)) < 4);
    // `São Paulo, Brazil` is one place and where it is.
    if (!fold(text) || all.some((entry) => isPlace(entry) && closeness(entry, fold(text)) < 6)) return [];
    for (const parts of divisions(text)) {
      const found = [...new Set(parts.map(named))];
      if (found.length > 1 && found.every(Boolean)) return found;
    }
    return [];
  }

  /* The entry that leads to a picture of several places. */
  function comparison(entries) {
    const names = entries.map((entry) => entry.name);
    const keys = entries.map((entry) => entry.address.replace(/^places\/|\.html$/g, ""));
    return {
      name: `Compare ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`, where: "in one picture",
      address: `places/explorer.html?places=${keys.join(",")}`, entries,
    };
  }

  function start(box) {
    const field = box.querySelector("input");
    const list = box.querySelector("ul");
    const heard = box.querySelector(".heard");
    let found = [];
    let chosen = -1;

    /* Counts are for who listens; that there is nothing, and the way round, are for the eye as well. */
    const says = (words, plain = false) => {
      heard.classList.toggle("seen", plain);
      heard.textContent = words;
      if (!plain) return;
      const way = document.createElement("a");
      way.href = new URL("places/index.html#all-places", ROOT).href;
      way.textContent = "All places in a list";
      // The field loses the focus before the link is clicked.
      way.addEventListener("mousedown", (event) => event.preventDefault());
      heard.append(" ", way);
    };

    const close = () => {
      list.hidden = true;
      chosen = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };

    // Where places are picked, whoever holds the field is told; elsewhere their page opens.
    const picks = box.dataset.picks === "places";
    const go = (entry) => {
      if (!picks) {
        location.href = new URL(entry.address, ROOT).href;
        return;
      }
      for (const { address } of entry.entries ?? [entry]) {
        box.dispatchEvent(new CustomEvent("place-picked", { bubbles: true, detail: { address } }));
      }
      field.value = "";
      found = [];
      close();
    };

    const option = (entry, number) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const name = document.createElement("span");
      name.textContent = entry.name;
      const where = document.createElement("small");
      where.textContent = ` ${entry.where}`;
      item.append(name, where);
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => go(entry));
      return item;
    };

    const choose = (number) => {
      chosen = number;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === number)));
      const item = list.children[number];
      item?.scrollIntoView({ block: "nearest" });
      if (item) field.setAttribute("aria-activedescendant", item.id);
      else field.removeAttribute("aria-activedescendant");
    };

    const show = async () => {
      const text = field.value;
      let all = [];
      try {
        all = await load();
      } catch (error) {
        says("What can be found here could not be loaded.", true);
        console.error(error);
        return;
      }
      if (text !== field.value) return;
      const several = together(all, text.trim());
      found = matching(picks ? all.filter(isPlace) : all, text);
      if (several.length) found = [comparison(several), ...found];
      list.replaceChildren(...found.map(option));
      list.hidden = found.length === 0;
      field.setAttribute("aria-expanded", String(found.length > 0));
      choose(-1);
      if (!text.trim()) says("");
      else if (found.length === 0) says(`Nothing found for “${text.trim()}”.`, true);
      else says(found.length === 1 ? "1 result" : `${found.length} results`);
    };

    field.addEventListener("focus", () => load().catch(() => {}), { once: true });
    field.addEventListener("input", show);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", async (event) => {
      const last = found.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) await show();
        else if (event.key === "ArrowDown") choose(chosen >= last ? 0 : chosen + 1);
        else choose(chosen <= 0 ? last : chosen - 1);
      } else if (event.key === "Enter") {
        event.preventDefault();
        // Whoever types fast may press it before the entries are there.
        if (found.length === 0) await show();
        const entry = found[chosen] ?? found[0];
        if (entry) go(entry);
      } else if (event.key === "Escape") {
        if (list.hidden) field.value = "";
        close();
      }
    });
    box.querySelectorAll(".scripted").forEach((part) => {
      part.hidden = false;
    });
    box.classList.add("started");
  }

  function ready() {
    document.querySelectorAll(".find").forEach(start);
  }

  /* What the page that searches the book shows first: places and subjects of that name, and those named within it. Pages
     are its own affair, but for those that the word alone stands for. */
  window.findNamed = async (text) => {
    const [all, sought] = [await load(), fold(text)];
    const within = (name) => name.length > 2 && ` ${sought} `.includes(` ${name} `);
    return matching(all, text, (far, entry) => {
      const called = entry.also.some((name) => ` ${name}`.includes(` ${sought}`) || within(name));
      if (entry.where === "page") return called;
      return called || within(entry.folded) || far < 6;
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
