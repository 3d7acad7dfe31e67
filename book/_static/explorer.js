/* The comparison of places (div.explorer, written by citizen_security.book.places.explorer).

   The series are a script of the site, places/series.js. What is chosen stands in the address; the picture, its table,
   the year that is read out and the file to take along all come from the one function `shown`. */
(() => {
  "use strict";

  const ROOT = new URL("..", document.currentScript.src);
  const MOST = 8;
  const SVG = "http://www.w3.org/2000/svg";
  const HEIGHT = 380;
  const ROOM = { top: 26, right: 150, bottom: 26, left: 8 };

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
      const powers = [];
      for (let power = Math.floor(Math.log2(lowest)); power <= Math.ceil(Math.log2(highest)); power += 1) powers.push(2 ** power);
      const every = Math.ceil(powers.length / 7);
      return powers.filter((_, at) => (powers.length - 1 - at) % every === 0);
    }
    const power = 10 ** Math.floor(Math.log10(highest / 2 || 1));
    const step = [1, 2, 2.5, 5, 10].map((it) => it * power).find((it) => highest / it <= 5) ?? power * 10;
    return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, at) => at * step);
  }

  async function start(box) {
    const all = await load();
    const field = (name) => box.querySelector(`[name=${name}]`);
    const [measure, from, to, index, log, cursor] = ["measure", "from", "to", "index", "log", "year"].map(field);
    const picture = box.querySelector(".explorer-picture");
    let chosen = [];
    // Whether they are those that stand there until the reader chooses.
    let examples = false;

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
      return base ? (100 * found) / base : null;
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
      return { years, lines, label, unit: index.value ? `${unit}; ${index.value} = 100` : unit };
    }

    function span() {
      const found = chosen.map(series).filter(Boolean);
      const first = Math.min(...found.map(([year]) => year));
      const last = Math.max(...found.map(([year, them]) => year + them.length - 1));
      return found.length ? [first, last] : [Number(from.value) || 2000, Number(to.value) || 2023];
    }

    function fillYears(wanted = {}) {
      const [first, last] = span();
      const years = Array.from({ length: last - first + 1 }, (_, at) => String(first + at));
      const fill = (select, value, before = []) => {
        select.replaceChildren(...before, ...years.map((year) => html("option", year, { value: year })));
        select.value = years.includes(value) || value === "" ? value : select.value;
      };
      fill(from, wanted.from ?? years[0]);
      fill(to, wanted.to ?? years[years.length - 1]);
      if (!years.includes(wanted.to ?? "")) to.value = years[years.length - 1];
      if (Number(from.value) > Number(to.value)) from.value = years[0];
      fill(index, wanted.index ?? index.value, [html("option", "no year", { value: "" })]);
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
        picture.append(make("text", { x: 8, y: 40 }, "No figure for these places and years."));
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
        return { line, x: x(year), y: y(it), words: `${line.name} ${short(it)}` };
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
        for (let words = end.words; label.getComputedTextLength() > room && words.length > 6; ) {
          words = words.slice(0, -1);
          label.textContent = `${words}…${end.words.slice(end.words.lastIndexOf(" "))}`;
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

    /* Names of places alone may begin like a formula or hold a comma. */
    function file(content) {
      const cell = (words) => `"${words.replace(/^[=+@-]/, "'$&").replaceAll('"', '""')}"`;
      const head = ["year", ...content.lines.map(({ name }) => cell(name))].join(",");
      const rows = content.years.map((year) => [year, ...chosen.map((key) => value(key, year) ?? "")].join(","));
      const link = box.querySelector(".explorer-csv");
      if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
      link.href = URL.createObjectURL(new Blob([[head, ...rows, ""].join("\n")], { type: "text/csv;charset=utf-8" }));
    }

    function says(content) {
      const year = Number(cursor.value);
      const words = chosen.map((key) => `${all.places[key][0]} ${value(key, year) === null ? "no figure" : short(value(key, year))}`);
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
      Object.entries(state).forEach(([name, it]) => (it ? address.searchParams.set(name, it) : address.searchParams.delete(name)));
      history.replaceState(null, "", address);
    }

    function show() {
      const content = shown();
      cursor.min = from.value;
      cursor.max = to.value;
      const names = chosen.map((key) => all.places[key][0]);
      const listed = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}` : (names[0] ?? "No place");
      box.querySelector(".explorer-title").textContent = `${listed}: ${content.label.toLowerCase()}, ${from.value}–${to.value}`;
      box.querySelector(".explorer-unit").textContent = content.unit;
      table(content);
      file(content);
      says(content);
    }

    function changed(wanted) {
      chips();
      fillYears(wanted);
      show();
      cursor.value = to.value;
      says(shown());
      if (!wanted) keep();
    }

    box.addEventListener("place-picked", ({ detail }) => {
      const key = keyAt(detail.address);
      const kept = examples ? [] : chosen;
      if (!key || kept.includes(key)) return;
      chosen = [...kept, key].slice(-MOST);
      changed();
    });
    measure.addEventListener("change", () => changed());
    [from, to, index, log].forEach((control) =>
      control.addEventListener("change", () => {
        if (Number(from.value) > Number(to.value)) [from.value, to.value] = [to.value, from.value];
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
    const keys = (asked.get("places") ?? "").split(",");
    const named = keys.map((key) => (key in all.places ? key : keyAt(`places/${key}.html`))).filter(Boolean);
    examples = named.length === 0;
    chosen = [...new Set(named.length ? named : all.first)].slice(0, MOST);
    if (asked.get("measure") in all.measures) measure.value = asked.get("measure");
    log.checked = asked.get("log") === "1";
    box.querySelector(".scripted").hidden = false;
    box.querySelector(".unscripted").hidden = true;
    changed(Object.fromEntries(["from", "to", "index"].filter((name) => asked.get(name)).map((name) => [name, asked.get(name)])));
    new ResizeObserver(() => draw(shown())).observe(picture);
  }

  function ready() {
    document.querySelectorAll(".explorer").forEach((box) => start(box).catch((error) => console.error(error)));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
