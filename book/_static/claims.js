/* Filters of the pages of claims and of programmes (div.claims, written by citizen_security.figures.claims.claims_page
   and citizen_security.figures.evidence.programme_register), and the map of programmes, which counts what they leave
   (figure.programme-map, written by citizen_security.figures.evidence.programme_map).

   Without it a page lists everything. What is chosen stands in the address. */
(() => {
  "use strict";

  const NOT_FOUND = "not found";

  /* Counts of one, two or more things, told as the pages' own sentences tell them. */
  const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
  const counted = (count, one, several) => `${WORDS[count] ?? count} ${count === 1 ? one : several}`;
  const capital = (text) => text[0].toUpperCase() + text.slice(1);

  /* The map of what is in sight; nothing where a page has none. */
  function map(root) {
    const figure = root.querySelector(".programme-map");
    if (!figure) return () => {};
    const shades = figure.dataset.shades.split(" ").map(Number);
    const marks = [...figure.querySelectorAll("[data-place]")];
    const names = new Map(marks.filter((mark) => mark.dataset.name).map((mark) => [mark.dataset.place, mark.dataset.name]));

    function said(counts, shown) {
      const ranked = [...counts].map(([code, count]) => [names.get(code), count]);
      if (!ranked.length) return "Programmes by country: none in sight.";
      ranked.sort(([one, more], [other, less]) => less - more || (one < other ? -1 : 1));
      const all = ranked.reduce((sum, [, count]) => sum + count, 0);
      const told = ranked.map(([name, count]) => `${name} ${count}`).join(", ");
      return `Programmes by country: ${told}.${all > shown ? " A programme of several countries counts in each." : ""}`;
    }

    function title(shown, countries) {
      if (!shown) return "No programme in sight";
      return capital(`${counted(shown, "programme", "programmes")} in ${counted(countries, "country", "countries")}`);
    }

    return (shown, left) => {
      const counts = new Map();
      for (const code of shown.flatMap((it) => it.dataset.country.split(";"))) {
        if (names.has(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
      }
      for (const mark of marks) {
        const count = counts.get(mark.dataset.place) ?? 0;
        const shade = shades.filter((least) => count >= least).length;
        if (mark.localName === "text") mark.textContent = count || "";
        else mark.setAttribute("class", shade ? `some-${shade}` : "none");
      }
      figure.querySelector(".map-title").textContent = title(shown.length, counts.size);
      figure.querySelector(".map-said").textContent = said(counts, shown.length);
      const told = left.map(([what, count]) => `${what} of ${counted(count, "programme", "programmes")}`);
      figure.querySelector(".map-left-out").textContent = told.length
        ? `Out of sight because it was not found: ${told.join("; ")}.`
        : "";
    };
  }

  function start(root) {
    const form = root.querySelector(".claims-filters");
    const count = root.querySelector(".claims-count");
    const claims = [...root.querySelectorAll(".claim")];
    const rows = new Map([...root.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
    const fields = [...form.elements].filter((field) => field.name);
    const draw = map(root);

    // A programme of several countries has them all, separated by a semicolon.
    const has = (claim, field, value) => claim.dataset[field.name].split(";").includes(value);
    const fits = (claim, field) => !field.value || has(claim, field, field.value);

    /* What a choice leaves out for want of knowledge: what fits all other choices, and of which this was not found. */
    function leftOut() {
      return fields
        .filter((field) => field.dataset.leftOut && field.value && field.value !== NOT_FOUND)
        .map((field) => {
          const others = fields.filter((other) => other !== field);
          const unknown = claims.filter((it) => has(it, field, NOT_FOUND) && others.every((other) => fits(it, other)));
          return [field.dataset.leftOut, unknown.length];
        })
        .filter(([, number]) => number);
    }

    function show() {
      for (const claim of claims) {
        const other = !fields.every((field) => fits(claim, field));
        // The claim that the address names is there whatever else is chosen.
        claim.hidden = other && location.hash !== `#${claim.id}`;
        if (rows.has(claim.id)) rows.get(claim.id).hidden = claim.hidden;
      }
      const shown = claims.filter((claim) => !claim.hidden);
      const what = root.dataset.noun ?? "claims";
      const none = shown.length ? "" : ". Nothing fits all of these choices: set one of them back to all.";
      count.textContent = `${shown.length} of ${claims.length} ${what}${none}`;
      draw(shown, leftOut());
    }

    const given = new URLSearchParams(location.search);
    const offers = (field, value) => [...field.options].some((option) => option.value === value);
    for (const field of fields) {
      const value = given.get(field.name) ?? "";
      field.value = offers(field, value) ? value : "";
    }
    // What an address asks for and nothing has would leave all in sight, and not say why.
    const unknown = fields.filter((it) => given.get(it.name) && !offers(it, given.get(it.name)));
    const ignored = root.querySelector(".ignored");
    ignored.textContent = unknown.length
      ? `Unknown, and ignored: ${unknown.map((it) => `${it.name}=${given.get(it.name)}`).join(", ")}.`
      : "";
    form.addEventListener("change", () => {
      ignored.textContent = "";
      const query = new URLSearchParams(fields.filter((it) => it.value).map((it) => [it.name, it.value])).toString();
      history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}`);
      show();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    window.addEventListener("hashchange", show);
    show();
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("div.claims").forEach(start));
})();
