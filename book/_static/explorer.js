/* The comparison of places (div.explorer, written by citizen_security.book.places.explorer).

   The series are a script of the site, places/series.js. What is chosen stands in the address; the picture, its table,
   the year that is read out and the file to take along all come from the one function `shown`. What is asked for and
   cannot be shown is said. */
(() => {
  "use strict";

  const ROOT = new URL("..", document.currentScript.src);
  const MOST = 8;
  const SVG = "http://www.w3.org/2000/svg";
  const HEIGHT = 380;
  const ROOM = { top: 26, right: 190, bottom: 26, left: 8 };

  const number = new Intl.NumberFormat("en");
  const short = (value) =>
    value === null ? "–" : value >= 10 ? number.format(Math.round(value)) : String(Number(value.toPrecision(2)));

  function load() {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("places/series.js", ROOT).href;
      script.onload = () => resolve(window.placesToCompare);
      script.onerror = () => reject(new Error(`${script.src} cannot be loaded`));
      document.head.append(script);
    });
  }

  function make(name, attributes = {}, words = "") {
    const element = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.textContent = words;
    return element;
  }

  function html(name, words = "", attributes = {}) {
    const element = document.createElement(name);
    element.textContent = words;
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  }

  /* Round values for the axis, from zero or, in steps of doubling, by powers of two. */
  function ticks(lowest, highest, log) {
    if (log) {
      const [bottom, top] = [Math.floor(Math.log2(lowest)), Math.ceil(Math.log2(highest))];
      const every = Math.ceil((top - bottom + 1) / 7);
      // The ends of the axis are its outer steps: none may lie inside of what is drawn.
      return Array.from({ length: Math.ceil((top - bottom) / every) + 1 }, (_, at) => 2 ** (bottom + at * every));
    }
    const power = 10 ** Math.floor(Math.log10(highest / 2 || 1));
    const step = [1, 2, 2.5, 5, 10].map((it) => it * power).find((it) => highest / it <= 5) ?? power * 10;
    return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, at) => at * step);
  }

  const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? ""));

  async function start(box) {
    const all = await load();
    const field = (name) => box.querySelector(`[name=${name}]`);
    const [measure, from, to, index, log, cursor] = ["measure", "from", "to", "index", "log", "year"].map(field);
    const picture = box.querySelector(".explorer-picture");
    let chosen = [];
    // Whether they are those that stand there until the reader chooses.
    let examples = false;
    // Ends of the years that the reader chose, empty where it is whatever the places have.
    const wished = { from: "", to: "" };
    // What of a choice or of the address could not be had; the next choice takes it away.
    let refused = [];

    const keyAt = (address) => Object.keys(all.places).find((it) => all.places[it][2] === address);
    const series = (key) => all.places[key][3][measure.value];
    const raw = (key, year) => {
      const found = series(key);
      return found ? (found[1][year - found[0]] ?? null) : null;
    };

    /* Value of a place in a year as it is shown: as published, or as a share of the year of the index. */
    function value(key, year) {
      const found = raw(key, year);
      if (!index.value || found === null) return found;
      const base = raw(key, Number(index.value));
      return base ? Number(((100 * found) / base).toPrecision(6)) : null;
    }

    const name = (key) => all.places[key][0];
    const withoutBase = (key) => index.value !== "" && !raw(key, Number(index.value));

    /* Why places have no line, and years no point. */
    function missing({ years, lines }) {
      const without = lines.filter(({ points }) => points.length === 0).map(({ key }) => key);
      const unmeasured = without.filter((key) => !series(key));
      const baseless = without.filter((key) => series(key) && withoutBase(key));
      const others = without.filter((key) => series(key) && !withoutBase(key));
      const zeros = log.checked ? lines.filter(({ key }) => years.some((year) => value(key, year) === 0)) : [];
      return [
        unmeasured.length && `No figures of this measure: ${listed(unmeasured.map(name))}.`,
        baseless.length && `No line where the year of the index, ${index.value}, has no figure above zero: ${listed(baseless.map(name))}.`,
        others.length && `No figure to show in these years: ${listed(others.map(name))}.`,
        zeros.length && `Years of zero have no place among steps of doubling: ${listed(zeros.map((it) => it.name))}.`,
      ].filter(Boolean);
    }

    /* All that the picture, the table, the file and the words are made of. */
    function shown() {
      const years = [];
      for (let year = Number(from.value); year <= Number(to.value); year += 1) years.push(year);
      const lines = chosen.map((key, at) => ({
        key, at, name: all.places[key][0],
        points: years.map((year) => [year, value(key, year)]).filter(([, it]) => it !== null && (!log.checked || it > 0)),
      }));
      const [label, unit] = all.measures[measure.value];
      return { years, lines, label, unit: index.value ? `index, ${index.value} = 100, of ${unit}` : unit };
    }

    function span() {
      const found = chosen.map(series).filter(Boolean);
      const first = Math.min(...found.map(([year]) => year));
      const last = Math.max(...found.map(([year, them]) => year + them.length - 1));
      return found.length ? [first, last] : [Number(from.value) || 2000, Number(to.value) || 2023];
    }

    function fillYears(base) {
      const [first, last] = span();
      const years = Array.from({ length: last - first + 1 }, (_, at) => String(first + at));
      const fill = (select, value, before = []) => {
        select.replaceChildren(...before, ...years.map((year) => html("option", year, { value: year })));
        select.value = value;
      };
      const within = wished.from === "" || wished.to === "" || Number(wished.from) <= Number(wished.to);
      const [low, high] = within ? [wished.from, wished.to] : [wished.to, wished.from];
      // Years that lie outside of what there is leave its end.
      const clipped = (wish, end) => (wish === "" || Number(high || last) < first || Number(low || first) > last ? end : wish);
      fill(from, String(Math.max(first, Number(clipped(low, first)))));
      fill(to, String(Math.min(last, Number(clipped(high, last)))));
      fill(index, chosen.length && years.includes(base) ? base : "", [html("option", "no year", { value: "" })]);
    }

    /* An end of all that there is follows the places; another year is the reader's. */
    function wish() {
      const [first, last] = span();
      wished.from = Number(from.value) === first ? "" : from.value;
      wished.to = Number(to.value) === last ? "" : to.value;
    }

    function chips() {
      box.querySelector(".chosen").replaceChildren(
        ...chosen.map((key, at) => {
          const item = html("li", "", { class: `line-${at}` });
          const [name, where, address] = all.places[key];
          item.append(html("a", name, { href: new URL(address, ROOT).href }), html("small", ` ${where} `));
          const button = html("button", "×", { type: "button", "aria-label": `Leave out ${name}` });
          button.addEventListener("click", () => {
            chosen = chosen.filter((other) => other !== key);
            refused = [];
            changed();
            (box.querySelector(".chosen button") ?? box.querySelector(".find input")).focus();
          });
          item.append(button);
          return item;
        }),
      );
    }

    function draw(content) {
      const width = picture.clientWidth || 640;
      const right = width < 520 ? 128 : ROOM.right;
      const values = content.lines.flatMap(({ points }) => points.map(([, it]) => it));
      picture.replaceChildren();
      if (values.length === 0) {
        picture.append(make("text", { x: 8, y: 40 }, chosen.length ? "No figure for these places and years." : "Choose a place."));
        return;
      }
      const steps = ticks(Math.min(...values), Math.max(...values), log.checked);
      const [low, high] = [steps[0], steps[steps.length - 1]];
      const place = log.checked ? (it) => Math.log2(it / low) / (Math.log2(high / low) || 1) : (it) => (it - low) / (high - low || 1);
      const y = (it) => HEIGHT - ROOM.bottom - place(it) * (HEIGHT - ROOM.bottom - ROOM.top);
      const [first, last] = [content.years[0], content.years[content.years.length - 1]];
      const x = (year) => ROOM.left + 30 + ((year - first) / (last - first || 1)) * (width - right - ROOM.left - 30);
      steps.forEach((step) => {
        picture.append(make("line", { x1: 0, x2: width - right + 8, y1: y(step), y2: y(step), class: "grid" }));
        picture.append(make("text", { x: 0, y: y(step) - 4 }, short(step)));
      });
      const every = [1, 2, 5, 10, 20].find((it) => content.years.length / it <= (width - right) / 48) ?? 20;
      content.years
        .filter((year) => year % every === 0)
        .forEach((year) => picture.append(make("text", { x: x(year), y: HEIGHT - 6, class: "year" }, String(year))));
      picture.append(make("line", { class: "cursor", y1: ROOM.top, y2: HEIGHT - ROOM.bottom, x1: x(Number(cursor.value)), x2: x(Number(cursor.value)) }));
      const ends = content.lines.filter(({ points }) => points.length).map((line) => {
        const path = line.points.map(([year, it], at) => {
          const joined = at > 0 && line.points[at - 1][0] === year - 1;
          return `${joined ? "L" : "M"}${x(year).toFixed(1)} ${y(it).toFixed(1)}${joined ? "" : "h0"}`;
        });
        picture.append(make("path", { d: path.join(""), class: `line-${line.at}` }));
        if (measure.value !== "risk") {
          const dots = line.points.map(([year, it]) => `M${x(year).toFixed(1)} ${y(it).toFixed(1)}h0`).join("");
          picture.append(make("path", { d: dots, class: `dots line-${line.at}` }));
        }
        const [year, it] = line.points[line.points.length - 1];
        // A line that ends before the others' last year says which year its figure is of.
        const figure = ` ${short(it)}${year === last ? "" : ` (${year})`}`;
        return { line, x: x(year), y: y(it), figure, words: `${line.name}${figure}` };
      });
      labels(ends, width - right + 12, right - 14);
    }

    /* Names beside the ends of the lines, pushed apart where they would lie on each other. */
    function labels(ends, x, room) {
      const sorted = ends.sort((one, two) => one.y - two.y);
      let free = ROOM.top - 14;
      sorted.forEach((end) => {
        end.at = Math.max(end.y, free + 15);
        free = end.at;
      });
      const over = Math.max(0, free - (HEIGHT - ROOM.bottom));
      sorted.forEach((end) => {
        const label = make("text", { x, y: end.at - over + 4, class: `name line-${end.line.at}` }, end.words);
        picture.append(label);
        for (let words = end.line.name; label.getComputedTextLength() > room && words.length > 3; ) {
          words = words.slice(0, -1);
          label.textContent = `${words.trimEnd()}…${end.figure}`;
        }
      });
    }

    function table(content) {
      const whole = html("table");
      whole.append(html("caption", `${content.label}, ${content.unit}`));
      const head = html("tr");
      head.append(html("th", "Year", { scope: "col" }), ...content.lines.map(({ name }) => html("th", name, { scope: "col" })));
      const rows = [...content.years].reverse().map((year) => {
        const row = html("tr");
        row.append(html("th", String(year), { scope: "row" }), ...chosen.map((key) => html("td", short(value(key, year)))));
        return row;
      });
      const [top, body] = [html("thead"), html("tbody")];
      top.append(head);
      body.append(...rows);
      whole.append(top, body);
      box.querySelector(".scrolls").replaceChildren(whole);
    }

    /* One row a place and year, with what the number is. Words alone may begin like a formula or hold a comma. */
    function file(content) {
      const cell = (words) => `"${words.replace(/^[=+@-]/, "'$&").replaceAll('"', '""')}"`;
      const head = "place,year,value,measure,unit,index_year,sources_at";
      const rows = chosen.flatMap((key) => {
        const about = [cell(content.label), cell(content.unit), index.value, cell(new URL(all.places[key][2], ROOT).href)];
        return content.years.map((year) => [cell(name(key)), year, value(key, year) ?? "", ...about].join(","));
      });
      const link = box.querySelector(".explorer-csv");
      if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
      link.href = URL.createObjectURL(new Blob([[head, ...rows, ""].join("\n")], { type: "text/csv;charset=utf-8" }));
      const parts = [measure.value, ...chosen, from.value, to.value, index.value && `index-${index.value}`].filter(Boolean);
      link.download = `${parts.join("-").toLowerCase().replace(/[^a-z0-9-]+/g, "-")}.csv`;
    }

    function says(content) {
      const year = Number(cursor.value);
      const figure = (key) => {
        if (value(key, year) !== null) return short(value(key, year));
        return raw(key, year) !== null ? `no index, as ${index.value} has no figure above zero` : "no figure";
      };
      const words = chosen.map((key) => `${name(key)} ${figure(key)}`);
      const sentence = `${year}: ${words.join("; ") || "no place chosen"}.`;
      box.querySelector(".explorer-says").textContent = sentence;
      cursor.setAttribute("aria-valuetext", sentence);
      picture.setAttribute("aria-label", `Lines over the years. ${sentence} The table below has every figure.`);
      draw(content);
    }

    function keep() {
      examples = false;
      const address = new URL(location.href);
      const state = { places: chosen.join(","), measure: measure.value, from: from.value, to: to.value, index: index.value, log: log.checked ? "1" : "" };
      // No place at all is a choice too.
      const kept = ([name, it]) => it || name === "places";
      Object.entries(state).forEach((part) => (kept(part) ? address.searchParams.set(...part) : address.searchParams.delete(part[0])));
      history.replaceState(null, "", address);
    }

    function show() {
      const content = shown();
      cursor.min = from.value;
      cursor.max = to.value;
      box.querySelector(".explorer-title").textContent = chosen.length
        ? `${listed(chosen.map(name))}: ${content.label.toLowerCase()}, ${from.value}–${to.value}`
        : "No place chosen";
      box.querySelector(".explorer-unit").textContent = chosen.length ? content.unit : "";
      box.querySelector(".explorer-note").textContent = [...refused, ...missing(content)].join(" ");
      table(content);
      file(content);
      says(content);
    }

    function changed(asked) {
      chips();
      fillYears(asked ? asked.get("index") : index.value);
      show();
      cursor.value = to.value;
      says(shown());
      if (!asked) keep();
    }

    box.addEventListener("place-picked", ({ detail }) => {
      const key = keyAt(detail.address);
      const kept = examples ? [] : chosen;
      if (!key || kept.includes(key)) return;
      const full = kept.length >= MOST;
      refused = full ? [`${name(key)} is not added: there are ${MOST} places, as many as one picture can tell apart. Leave one out first.`] : [];
      if (!full) chosen = [...kept, key];
      changed();
    });
    measure.addEventListener("change", () => {
      refused = [];
      changed();
    });
    [from, to, index, log].forEach((control) =>
      control.addEventListener("change", () => {
        if (Number(from.value) > Number(to.value)) [from.value, to.value] = [to.value, from.value];
        refused = [];
        wish();
        show();
        keep();
      }),
    );
    cursor.addEventListener("input", () => says(shown()));
    picture.addEventListener("pointermove", (event) => {
      const width = picture.clientWidth;
      const share = (event.offsetX - ROOM.left - 30) / (width - (width < 520 ? 128 : ROOM.right) - ROOM.left - 30);
      const year = Math.round(Number(from.value) + share * (Number(to.value) - Number(from.value)));
      const inside = Math.min(Number(to.value), Math.max(Number(from.value), year));
      if (String(inside) === cursor.value) return;
      cursor.value = inside;
      says(shown());
    });
    const copy = box.querySelector("button.copy");
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        copy.textContent = "Copied";
      } catch {
        copy.textContent = "Take it from the address bar";
      }
      setTimeout(() => (copy.textContent = "Copy the link"), 3000);
    });

    const asked = new URLSearchParams(location.search);
    const keys = [...new Set((asked.get("places") ?? "").split(",").map((key) => key.trim()).filter(Boolean))];
    const known = (key) => (Object.hasOwn(all.places, key) ? key : keyAt(`places/${key}.html`));
    const named = [...new Set(keys.map(known).filter(Boolean))];
    const strange = keys.filter((key) => !known(key));
    examples = named.length === 0 && (strange.length > 0 || !asked.has("places"));
    chosen = (examples ? all.first : named).slice(0, MOST);
    if (strange.length) refused.push(`Not among the places: ${listed(strange)}.${examples ? " Shown are examples." : ""}`);
    if (named.length > MOST) refused.push(`The first ${MOST} of ${named.length} places are shown, as many as one picture can tell apart.`);
    const measured = asked.get("measure");
    if (measured !== null && Object.hasOwn(all.measures, measured)) measure.value = measured;
    else if (measured) refused.push(`Not among the measures: ${measured}.`);
    for (const end of ["from", "to"].filter((end) => asked.get(end))) {
      const year = asked.get(end);
      if (/^\d{4}$/.test(year)) wished[end] = year;
      else refused.push(`Not a year: ${year}.`);
    }
    log.checked = asked.get("log") === "1";
    box.querySelector(".scripted").hidden = false;
    box.querySelector(".unscripted").hidden = true;
    changed(asked);
    if (asked.get("index") && !index.value && chosen.length) {
      refused.push(`No index: ${asked.get("index")} is not among the years of these places.`);
      show();
    }
    const offered = new Set([...from.options].map((option) => option.value));
    const elsewhere = [...new Set([wished.from, wished.to])].filter((year) => year && !offered.has(year));
    if (elsewhere.length && chosen.length) {
      refused.push(`Not among the years of these places: ${listed(elsewhere)}.`);
      show();
    }
    wish();
    new ResizeObserver(() => draw(shown())).observe(picture);
  }

  function ready() {
    document.querySelectorAll(".explorer").forEach((box) =>
      start(box).catch((error) => {
        console.error(error);
        box.querySelector(".unscripted").firstChild.textContent =
          "The figures to compare could not be loaded; try again later. Those of each place are on ";
      }),
    );
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
