/* The field that finds a place (div.find, written by citizen_security.book.places.index): the combobox pattern of ARIA.

   The entries are a script of the site, places/search.js, fetched when the field is first used. Accents are folded on
   both sides. Places come first, as they stand in the index; of what matches alike, the shorter name. */
(() => {
  "use strict";

  const ROOT = new URL("..", document.currentScript.src);
  const MOST = 12;

  let entries = null;

  const fold = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

  function load() {
    entries ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("places/search.js", ROOT).href;
      script.onload = () =>
        resolve(
          window.placesToFind.map(([name, where, address, also], order) => ({
            name, where, address, order, folded: fold(name), words: fold(`${name} ${also}`), also,
          })),
        );
      script.onerror = () => reject(new Error(`${script.src} cannot be loaded`));
      document.head.append(script);
    });
    return entries;
  }

  /* How well an entry matches: 0 its name begins so, 1 a word of it does, 2 a word that stands for it does, 3 somewhere. */
  function closeness(entry, sought) {
    if (entry.folded.startsWith(sought)) return 0;
    if (` ${entry.folded.replace(/[^\p{L}\p{N}]+/gu, " ")}`.includes(` ${sought}`)) return 1;
    if (` ${entry.words.replace(/[^\p{L}\p{N}]+/gu, " ")}`.includes(` ${sought}`)) return 2;
    return entry.words.includes(sought) ? 3 : 4;
  }

  function matching(all, text) {
    const sought = fold(text.trim());
    if (!sought) return [];
    return all
      .map((entry) => ({ entry, far: closeness(entry, sought) }))
      .filter(({ far }) => far < 4)
      .sort((one, two) => one.far - two.far || one.entry.order - two.entry.order)
      .slice(0, MOST)
      .map(({ entry }) => entry);
  }

  const isPlace = (entry) => !["page", "studies"].includes(entry.where);

  /* What a text names that lists several: at commas and words between names, else at any blank. */
  function* divisions(text) {
    const parts = text.split(/\s*(?:[,;/&+]|\s(?:and|with|vs\.?|versus|y|e|con)\s)\s*/i).filter(Boolean);
    if (parts.length > 1) yield parts;
    const words = text.split(/\s+/);
    for (let end = 1; end < words.length; end += 1) yield [words.slice(0, end).join(" "), words.slice(end).join(" ")];
  }

  /* Places that a text names together, such as `Cali, Medellín`; none where the whole is the name of one. */
  function together(all, text) {
    const places = all.filter(isPlace);
    const named = (words) => {
      const found = matching(places, words).filter((entry) => closeness(entry, fold(words)) < 2);
      return found.find((entry) => entry.folded === fold(words)) ?? found[0];
    };
    if (places.some((entry) => closeness(entry, fold(text)) < 2)) return [];
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
        heard.textContent = "The list of places cannot be loaded.";
        console.error(error);
      }
      if (text !== field.value) return;
      const several = together(all, text.trim());
      found = matching(picks ? all.filter(isPlace) : all, text);
      if (several.length) found = [comparison(several), ...found];
      list.replaceChildren(...found.map(option));
      list.hidden = found.length === 0;
      field.setAttribute("aria-expanded", String(found.length > 0));
      choose(-1);
      if (text.trim()) heard.textContent = found.length === 1 ? "1 result" : `${found.length || "No"} results`;
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

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
