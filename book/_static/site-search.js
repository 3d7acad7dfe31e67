/* The page that searches the book: what Sphinx brings, without regard to accents, and places before pages.

   Sphinx calls its own scripts after this one; what is changed of them is changed when the page is there, before the
   search begins. Places and what the debate calls them are those of the field that finds a place (`find.js`). */
(() => {
  "use strict";

  // Letter by letter, so that what is found stands where it stood.
  const fold = (text) =>
    [...text.normalize("NFC")].map((letter) => letter.normalize("NFD").replace(/\p{Diacritic}/gu, "") || letter).join("").toLowerCase();
  // What is no running text, and what begins a line of its own.
  const NO_TEXT =
    ".headerlink, script, style, table, svg, pre, nav, form, details.code, h1, " +
    ".toctree-wrapper, .visually-hidden, .bd-header-article, #print-main-content";
  const BLOCKS = "p, li, dt, dd, h1, h2, h3, h4, figcaption, summary, div";
  const LENGTH = 240;
  const BEFORE = 120;

  /* Pages by words, accents folded; what every object of the language has is no word of it. */
  function foldedWords(words) {
    const found = Object.create(Object.create(null, { hasOwnProperty: { value: Object.prototype.hasOwnProperty } }));
    for (const [word, pages] of Object.entries(words)) {
      const key = fold(word);
      found[key] = [...new Set([].concat(found[key] ?? [], pages))];
    }
    return found;
  }

  function foldedTitles(titles) {
    const [found, written] = [Object.create(null), new Map()];
    for (const [title, places] of Object.entries(titles)) {
      const key = fold(title);
      found[key] = [...(found[key] ?? []), ...places];
      written.set(key, title);
    }
    return { found, written };
  }

  function mend() {
    const index = Search._index;
    const { found, written } = foldedTitles(index.alltitles);
    Object.assign(index, { alltitles: found, terms: foldedWords(index.terms), titleterms: foldedWords(index.titleterms) });

    const parse = Search._parseQuery;
    Search._parseQuery = (query) => {
      const [text, sought, excluded, , objects] = parse(fold(query));
      // A page marks what stands on it, so as it was typed.
      return [text, sought, excluded, parse(query)[3], objects];
    };

    const perform = Search._performSearch;
    Search._performSearch = (...query) => {
      const seen = new Set();
      const titled = perform(...query).map(([page, title, ...rest]) => {
        const own = index.titles[index.docnames.indexOf(page)];
        const part = title.startsWith(`${own} > `) ? written.get(title.slice(own.length + 3)) : undefined;
        return [page, part === undefined ? title : part === own ? own : `${own} > ${part}`, ...rest];
      });
      // The best stands last.
      const kept = titled.reverse().filter(([page, title, anchor]) => {
        const key = [page, title, anchor].join("\n");
        return !seen.has(key) && seen.add(key);
      });
      return kept.reverse();
    };

    Search.makeSearchSummary = (text, words, anchor) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      const main = page.querySelector('[role="main"]') ?? page.querySelector("main");
      const part = (anchor && main?.querySelector(`#${CSS.escape(anchor.replace(/^#/, ""))}`)) || main;
      if (!part) return null;
      part.querySelectorAll(NO_TEXT).forEach((it) => it.remove());
      part.querySelectorAll(BLOCKS).forEach((it) => it.append(" "));
      const shown = part.textContent.replace(/\s+/g, " ").trim().normalize("NFC");
      const folded = fold(shown);
      const at = Math.min(...[...words].map((word) => folded.indexOf(word)).filter((it) => it > -1));
      // From the beginning of a word; where a table alone has the words, from the top.
      const start = Number.isFinite(at) && at > BEFORE ? shown.indexOf(" ", at - BEFORE) + 1 : 0;
      const excerpt = shown.slice(start, start + LENGTH).trim();
      if (!excerpt) return null;
      const summary = document.createElement("p");
      summary.className = "context";
      summary.textContent = `${start ? "… " : ""}${excerpt}${start + LENGTH < shown.length ? " …" : ""}`;
      return summary;
    };
  }

  function element(name, words = "", attributes = {}) {
    const made = document.createElement(name);
    made.textContent = words;
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  }

  /* Places and subjects by name stand above the pages; the way to the list of places stands there in any case. */
  async function places(query, results) {
    const box = element("section", "", { class: "found-places" });
    results.before(box);
    const root = document.documentElement.dataset.content_root ?? "./";
    const line = element("p");
    line.append(element("a", "All places in a list", { href: `${root}places/index.html#all-places` }));
    box.append(line);
    const found = await window.findNamed(query);
    if (found.length === 0) return;
    const list = element("ul");
    for (const { name, where, address } of found) {
      const item = element("li");
      item.append(element("a", name, { href: root + address }), element("small", ` ${where}`));
      list.append(item);
    }
    box.prepend(element("h2", "Places and subjects"), list);
  }

  function ready() {
    const results = document.getElementById("search-results");
    if (!results || typeof Search === "undefined" || !Search.hasIndex()) return;
    mend();
    const query = new URLSearchParams(location.search).get("q");
    if (query) places(query, results).catch((error) => console.error(error));
  }

  // Before Sphinx, which waits for the same.
  document.addEventListener("DOMContentLoaded", ready);
})();
