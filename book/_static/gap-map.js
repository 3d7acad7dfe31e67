/* The evidence gap map that reacts (div.gap-map, written by citizen_security.figures.evidence.gap_map_page).

   Without it the page has a table of the numbers of studies. With it: filters, a search, families that fold, the studies
   of a cell beside the map, an address that keeps what is chosen, and files of what is shown. All text from studies is
   set as text. */
(() => {
  "use strict";

  const STRENGTHS = ["strong", "middle", "weak", "uncoded"];
  const FILTERS = ["region", "country", "level", "target", "from", "to"];
  const PLAIN = { region: "all", country: "all", level: "0", target: "all", from: "", to: "", q: "", cell: "", closed: "" };

  const folded = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

  /* Words in quotation marks belong together. */
  const sought = (text) => [...folded(text).matchAll(/"([^"]+)"?|[^\s"]+/g)].map(([word, phrase]) => phrase ?? word);

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === false || value === null || value === undefined) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  const counted = (number, one, more = `${one}s`) => `${number} ${number === 1 ? one : more}`;

  class GapMap {
    constructor(root) {
      this.root = root;
      this.data = JSON.parse(root.querySelector("script.gap-map-data").textContent);
      const labels = new Map(this.data.outcomes.map((it) => [it.code, it.label]));
      for (const family of this.data.families) for (const it of family.interventions) labels.set(it.code, it.label);
      for (const study of this.data.studies) {
        const places = study.countries.map((code) => this.data.countries[code]);
        /* What its row and its column are called finds a study, whatever its title says. */
        const cells = new Set(study.cells.flat().map((code) => labels.get(code)));
        study.words = folded([study.authors, study.title, study.done, study.design, study.year, ...places, ...cells].join(" "));
      }
      this.state = this.read();
      this.build();
      // Who is sent an address sees by what the studies were chosen.
      this.filters.open = FILTERS.some((key) => this.state[key] !== PLAIN[key]);
      this.show();
    }

    /* ── state and address ── */

    read() {
      const given = new URLSearchParams(location.search);
      const state = { ...PLAIN };
      if (!given.has("closed") && matchMedia("(max-width: 700px)").matches) {
        state.closed = this.data.families.map((family) => family.code).join(" ");
      }
      this.ignored = [];
      for (const key of Object.keys(PLAIN).filter((it) => given.has(it))) {
        const value = given.get(key);
        if (this.allows(key, value)) state[key] = value;
        else this.ignored.push(`${key}=${value}`);
      }
      return state;
    }

    /* Whether an address may ask for it; what is nowhere would leave no study and not say why. */
    allows(key, value) {
      if (value === PLAIN[key] || key === "q") return true;
      const { countries, levels, targets, families } = this.data;
      return {
        region: () => ["lac", "elsewhere"].includes(value),
        country: () => Object.hasOwn(countries, value),
        level: () => Object.hasOwn(levels, value) && value <= "9",
        target: () => Object.hasOwn(targets, value),
        from: () => /^\d{4}$/.test(value),
        to: () => /^\d{4}$/.test(value),
        cell: () => this.chosen(value) !== null,
        closed: () => value.split(" ").every((code) => families.some((family) => family.code === code)),
      }[key]();
    }

    write() {
      const kept = Object.entries(this.state).filter(([key, value]) => value !== PLAIN[key]);
      const query = new URLSearchParams(kept).toString();
      history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
    }

    set(changes) {
      Object.assign(this.state, changes);
      this.ignored = [];
      this.write();
      this.show();
    }

    passes(study) {
      const { region, country, level, target, from, to, q } = this.state;
      return (
        (region === "all" || study.region.includes(region)) &&
        (country === "all" || study.countries.includes(country)) &&
        (level === "0" || Number(study.level) >= Number(level)) &&
        (target === "all" || study.targets.includes(target)) &&
        (!from || study.year >= Number(from)) &&
        (!to || study.year <= Number(to)) &&
        sought(q).every((word) => study.words.includes(word))
      );
    }

    /* ── what stays ── */

    build() {
      const years = this.data.studies.map((study) => study.year);
      const all = ["all", "all"];
      const names = Object.entries(this.data.countries).sort((a, b) => a[1].localeCompare(b[1]));
      this.fields = {};
      const named = (key, label, field) => {
        field.id = `gap-map-${key}`;
        return element("div", {}, element("label", { for: field.id }, label), field);
      };
      const choice = (key, label, options) => {
        const select = element(
          "select",
          { onchange: (event) => this.set({ [key]: event.target.value }) },
          ...options.map(([value, text]) => element("option", { value }, text)),
        );
        this.fields[key] = select;
        return named(key, label, select);
      };
      const year = (key, label, placeholder) => {
        const input = element("input", {
          type: "number", inputmode: "numeric", min: Math.min(...years), max: Math.max(...years), placeholder,
          onchange: (event) => this.set({ [key]: event.target.value }),
        });
        this.fields[key] = input;
        return named(key, label, input);
      };
      const search = element("input", {
        type: "search", placeholder: "author, place, programme",
        oninput: (event) => this.set({ q: event.target.value }),
      });
      this.fields.q = search;
      const searching = named("q", "Search the studies", search);
      searching.className = "gap-map-search";
      this.filters = element(
        "details",
        { class: "gap-map-filters" },
        (this.summary = element("summary", {}, "Filters")),
        element(
          "div",
          { class: "gap-map-fields" },
          choice("region", "Studies from", [all, ["lac", "Latin America and the Caribbean"], ["elsewhere", "elsewhere"]]),
          choice("country", "Country", [all, ...names]),
          choice("level", "Design at least", [["0", "any"], ...Object.entries(this.data.levels).filter(([code]) => code > "0" && code <= "9")]),
          choice("target", "Whom or what it targets", [all, ...Object.entries(this.data.targets)]),
          year("from", "Published from", Math.min(...years)),
          year("to", "to", Math.max(...years)),
        ),
      );
      this.status = element("p", { class: "gap-map-status", role: "status" });
      this.unknown = element("p", { class: "gap-map-unknown", role: "status" });
      const key = element(
        "p",
        { class: "gap-map-key" },
        ...STRENGTHS.map((name) => element("span", {}, element("i", { class: `mark ${name}` }), ` ${this.data.strengths[name]} `)),
      );
      const bar = element(
        "div",
        { class: "gap-map-bar" },
        searching,
        element("button", { type: "button", onclick: () => this.reset() }, "Reset"),
        element("button", { type: "button", onclick: () => this.fold() }, "Fold or open all families"),
      );
      this.list = element("section", { class: "gap-map-list", "aria-label": "Studies", tabindex: "-1" });
      this.table = this.root.querySelector("table.gap-map-table");
      this.root.querySelector(".gap-map-plain")?.remove();
      this.root.prepend(bar, this.filters, this.unknown, this.status, key);
      const scroll = this.root.querySelector(".gap-map-scroll");
      const side = element("div", { class: "gap-map-sides" });
      scroll.before(side);
      side.append(scroll, this.list);
      this.root.classList.add("is-live");
    }

    reset() {
      this.set({ ...PLAIN });
      this.fields.q.focus();
    }

    fold() {
      this.set({ closed: this.state.closed ? "" : this.data.families.map((family) => family.code).join(" ") });
    }

    /* ── what changes ── */

    show() {
      for (const [key, field] of Object.entries(this.fields)) {
        if (field !== document.activeElement || field.tagName === "SELECT") field.value = this.state[key];
      }
      this.summary.textContent = ["Filters", this.chosenFilters().join("; ")].filter(Boolean).join(": ");
      this.unknown.textContent = this.ignored.length ? `Unknown, and ignored: ${this.ignored.join(", ")}.` : "";
      this.unknown.hidden = this.ignored.length === 0;
      this.shown = this.data.studies.filter((study) => this.passes(study));
      const focus = document.activeElement?.dataset?.key;
      this.showTable();
      if (focus) this.root.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
      this.showList();
    }

    /* The filters that are on, in words. */
    chosenFilters() {
      return FILTERS.filter((key) => this.state[key] !== PLAIN[key]).map((key) => {
        const field = this.fields[key];
        const label = field.labels[0].textContent;
        return `${label} ${field.tagName === "SELECT" ? (field.selectedOptions[0]?.textContent ?? "") : this.state[key]}`;
      });
    }

    inCell(row, column) {
      return this.shown.filter((study) => study.cells.some(([own, outcome]) => row.includes(own) && outcome === column));
    }

    showTable() {
      const { families, outcomes } = this.data;
      const closed = new Set(this.state.closed.split(" "));
      const body = element("tbody");
      let empty = 0;
      let cells = 0;
      for (const family of families) {
        const codes = family.interventions.map((it) => it.code);
        const open = !closed.has(family.code);
        /* A family of one intervention of the same name is one row. */
        const alone = family.interventions.length === 1 && family.interventions[0].label === family.label;
        const toggle = alone ? family.label : element(
          "button",
          { type: "button", class: "gap-map-fold", "aria-expanded": String(open), "data-key": `fold ${family.code}`, onclick: () => this.toggle(family.code) },
          family.label,
        );
        const row = element("tr", { class: "family" }, element("th", { scope: "row" }, toggle));
        for (const outcome of outcomes) row.append(this.cell(`${family.code}*`, family.label, codes, outcome));
        /* Whoever searches looks for studies; rows without any would hide those that have some. */
        const hidden = (own) => this.state.q && !outcomes.some((outcome) => this.inCell(own, outcome.code).length);
        if (!hidden(codes)) body.append(row);
        for (const it of family.interventions) {
          for (const outcome of outcomes) {
            cells += 1;
            if (!this.inCell([it.code], outcome.code).length) empty += 1;
          }
          if (!open || alone || hidden([it.code])) continue;
          const own = element("tr", {}, element("th", { scope: "row" }, it.label));
          for (const outcome of outcomes) own.append(this.cell(it.code, it.label, [it.code], outcome));
          body.append(own);
        }
      }
      this.table.tBodies[0].replaceWith(body);
      const none = "No study of the collection matches what is chosen.";
      this.status.textContent = this.shown.length === 0 ? none :
        `${counted(this.shown.length, "study", "studies")} of ${this.data.studies.length}; ` +
        `${empty} of ${cells} cells of single interventions are empty.`;
    }

    cell(code, label, codes, outcome) {
      const studies = this.inCell(codes, outcome.code);
      const key = `${code}.${outcome.code}`;
      if (!studies.length) return element("td", { class: "empty" }, "–");
      const parts = STRENGTHS.map((name) => studies.filter((study) => study.strength === name).length);
      const said = STRENGTHS.map((name, place) => (parts[place] ? `${parts[place]} ${this.data.strengths[name]}` : "")).filter(Boolean);
      const bubble = element("span", { class: "bubble", "aria-hidden": "true" }, String(studies.length));
      let start = 0;
      const slices = STRENGTHS.map((name, place) => {
        const end = start + (360 * parts[place]) / studies.length;
        const slice = `var(--gap-${name}) ${start}deg ${end}deg`;
        start = end;
        return slice;
      });
      bubble.style.setProperty("--slices", `conic-gradient(${slices.join(", ")})`);
      bubble.style.setProperty("--size", `${1.55 + 0.22 * Math.min(studies.length, 9)}rem`);
      const button = element(
        "button",
        {
          type: "button", "data-key": key, "aria-pressed": String(this.state.cell === key),
          "aria-label": `${label}, ${outcome.label}: ${counted(studies.length, "study", "studies")} (${said.join("; ")})`,
          onclick: () => this.choose(key),
        },
        bubble,
      );
      return element("td", {}, button);
    }

    toggle(code) {
      const closed = new Set(this.state.closed.split(" ").filter(Boolean));
      if (!closed.delete(code)) closed.add(code);
      this.set({ closed: [...closed].join(" ") });
    }

    choose(key) {
      this.set({ cell: this.state.cell === key ? "" : key });
      if (this.state.cell && matchMedia("(max-width: 1000px)").matches) this.list.focus();
    }

    chosen(key = this.state.cell) {
      const [code, outcome] = key.split(".");
      const family = this.data.families.find((it) => `${it.code}*` === code);
      const single = this.data.families.flatMap((it) => it.interventions).find((it) => it.code === code);
      const column = this.data.outcomes.find((it) => it.code === outcome);
      if (!column || !(family || single)) return null;
      const codes = family ? family.interventions.map((it) => it.code) : [code];
      return { codes, label: (family || single).label, outcome: column };
    }

    showList() {
      const cell = this.state.cell ? this.chosen() : null;
      const studies = cell ? this.inCell(cell.codes, cell.outcome.code) : this.shown;
      const reviews = cell ? this.data.reviews.filter((it) => it.interventions.some((code) => cell.codes.includes(code))) : [];
      const title = cell ? `${cell.label}: ${cell.outcome.label}` : "All studies shown";
      const parts = [
        element("h3", {}, title),
        element(
          "p",
          { class: "gap-map-actions" },
          counted(studies.length, "study", "studies"),
          ". ",
          element("button", { type: "button", onclick: () => this.save(studies, "csv") }, "CSV"),
          " ",
          element("button", { type: "button", onclick: () => this.save(studies, "ris") }, "RIS"),
          cell ? " " : null,
          cell ? element("button", { type: "button", onclick: () => this.set({ cell: "" }) }, "all studies") : null,
        ),
        element("ol", {}, ...studies.map((study) => this.entry(study))),
      ];
      if (cell && reviews.length) {
        parts.push(element("h4", {}, "Reviews of this intervention"), element("ul", {}, ...reviews.map((it) => this.review(it))));
      }
      this.list.replaceChildren(...parts);
    }

    named({ doi, title }) {
      return doi ? element("a", { href: doi }, title) : title;
    }

    entry(study) {
      const where = study.countries.map((code) => this.data.countries[code]).join(", ");
      const level = study.strength === "uncoded" ? "design not coded" : `level ${this.data.levels[study.level]}`;
      const facts = [where, level, this.data.directions[study.direction], study.effect].filter(Boolean).join(" · ");
      return element(
        "li",
        {},
        element("i", { class: `mark ${study.strength}`, "aria-hidden": "true" }),
        element("strong", {}, ` ${study.reference}. `),
        this.named(study),
        element("span", { class: "facts" }, facts),
      );
    }

    review(review) {
      return element("li", {}, element("strong", {}, `${review.reference}. `), this.named(review));
    }

    /* ── files ── */

    /* Both hold the studies that are counted above them. */
    save(studies, kind) {
      const content = kind === "csv" ? this.csv(studies) : studies.map((it) => this.ris(it)).join("");
      const address = URL.createObjectURL(new Blob([content], { type: kind === "csv" ? "text/csv;charset=utf-8" : "application/x-research-info-systems" }));
      element("a", { href: address, download: `evidence-gap-map.${kind}` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
    }

    csv(studies) {
      const columns = ["id", "authors", "year", "title", "doi", "countries", "design", "level", "direction", "effect"];
      /* A cell that a spreadsheet would compute is kept as text by a leading apostrophe. */
      const safe = (value) => `"${String(value).replace(/^([=+@\t\r]|-(?![\d.]))/, "'$1").replace(/"/g, '""')}"`;
      const rows = studies.map((study) => columns.map((name) => safe(name === "countries" ? study.countries.join(";") : study[name])).join(","));
      return `${columns.join(",")}\r\n${rows.join("\r\n")}\r\n`;
    }

    ris(work) {
      const line = (tag, value) => `${tag}  - ${String(value).replace(/[\r\n]+/g, " ")}\r\n`;
      const others = /\bet al\.?\s*$/;
      const authors = work.authors.replace(others, "").split(/,| & /).map((name) => name.trim()).filter(Boolean);
      /* Rows of one review have one title. */
      const shared = this.data.studies.some((it) => it.id !== work.id && it.title === work.title);
      return [
        line("TY", work.kind),
        ...authors.map((name) => line("AU", name)),
        line("PY", work.year),
        line("TI", shared ? `${work.title}: ${work.reference}, ${work.id}` : work.title),
        others.test(work.authors) ? line("N1", "The collection names only the first authors.") : "",
        work.doi ? line("DO", work.doi.replace("https://doi.org/", "")) : "",
        line("ID", work.id),
        line("ER", ""),
      ].join("");
    }
  }

  const start = () => {
    for (const root of document.querySelectorAll("div.gap-map")) root.gapMap = new GapMap(root);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
