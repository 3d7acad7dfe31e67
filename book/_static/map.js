/* The map of places by year (figure.year-map, written by citizen_security.figures.places.year_map) and their list.

   The picture of the first year is on the page; the values of all years are beside it as JSON. What is chosen stands in
   the address, so that what one sees can be sent. */
(() => {
  "use strict";

  const number = new Intl.NumberFormat("en");
  const rate = (value) => (value >= 10 ? number.format(Math.round(value)) : value.toFixed(1));
  const fold = (text) =>
    ` ${text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase()} `
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .replaceAll(" st ", " saint ")
      .trim();

  function map(figure) {
    const { classes, levels } = JSON.parse(figure.querySelector("script").textContent);
    const picture = figure.querySelector("svg");
    const [level, year] = ["level", "year"].map((name) => figure.querySelector(`[name=${name}]`));
    const pointed = figure.querySelector(".map-pointed");
    const ignored = figure.querySelector(".ignored");

    const shown = () => levels[level.value];
    const value = (key) => shown().places[key][2][Number(year.value) - shown().first] ?? null;
    const kind = (rate) => (rate === null ? "missing" : `rate-${classes.filter((lower) => rate >= lower).length}`);
    const short = (value) => (shown().counts ? number.format(value) : rate(value));
    const unit = () => (shown().counts ? "homicides" : "per 100,000");

    function summary() {
      const there = Object.entries(shown().places).filter(([key]) => value(key) !== null);
      if (there.length === 0) return `${year.value}: no figure.`;
      const size = ([key]) => value(key);
      const high = there.reduce((one, two) => (size(two) > size(one) ? two : one));
      const low = there.reduce((one, two) => (size(two) < size(one) ? two : one));
      const all = Object.keys(shown().places).length;
      return (
        `${year.value}: figures for ${there.length} of ${all}; highest ${high[1][0]}, ${short(size(high))}; ` +
        `lowest ${low[1][0]}, ${short(size(low))}.`
      );
    }

    function paint() {
      const highest = Math.max(...Object.values(shown().places).flatMap((place) => place[2].filter((it) => it !== null)));
      picture.querySelectorAll("g[data-level]").forEach((group) => group.toggleAttribute("hidden", group.dataset.level !== level.value));
      picture.setAttribute("viewBox", `0 0 ${shown().box.join(" ")}`);
      picture.querySelectorAll(`g[data-level="${CSS.escape(level.value)}"] [data-place]`).forEach((mark) => {
        const found = value(mark.dataset.place);
        if (mark.classList.contains("count")) mark.setAttribute("r", found ? (34 * Math.sqrt(found / highest)).toFixed(1) : 0);
        else mark.setAttribute("class", shown().counts ? `land${found === null ? " missing" : ""}` : kind(found));
      });
      figure.querySelector(".map-title").textContent =
        `${shown().counts ? "Homicides" : "Homicides per 100,000 people"}, ${year.value}`;
      figure.querySelector(".map-status").textContent = summary();
      figure.querySelector(".map-legend").hidden = shown().counts;
      year.setAttribute("aria-valuetext", summary());
      pointed.replaceChildren();
    }

    /* What an address asks for and the map has not; the next choice takes it away. */
    function refuse(asked) {
      const [place, wanted] = ["show", "year"].map((name) => asked.get(name));
      const years = [shown().first, Number(year.max)];
      const noYear = !/^\d{4}$/.test(wanted) || Number(wanted) < years[0] || Number(wanted) > years[1];
      const unknown = [
        place && !Object.hasOwn(levels, place) && `show=${place}`,
        wanted && noYear && `year=${wanted} (there are ${years.join(" to ")})`,
      ].filter(Boolean);
      ignored.textContent = unknown.length ? `Unknown, and ignored: ${unknown.join(", ")}.` : "";
      if (wanted && noYear) choose(level.value, null);
    }

    function choose(name, wanted) {
      level.value = name;
      [year.min, year.max] = [shown().first, shown().last];
      year.value = /^\d{4}$/.test(wanted) ? wanted : shown().year;
      paint();
    }

    function keep() {
      ignored.textContent = "";
      const address = new URL(location.href);
      address.searchParams.set("show", level.value);
      address.searchParams.set("year", year.value);
      history.replaceState(null, "", address);
    }

    function point(mark) {
      picture.querySelectorAll(".pointed").forEach((other) => other.classList.remove("pointed"));
      if (!mark) return;
      mark.classList.add("pointed");
      const [name, address] = shown().places[mark.dataset.place];
      const found = value(mark.dataset.place);
      const link = document.createElement("a");
      link.href = address;
      link.textContent = name;
      pointed.replaceChildren(link, found === null ? `: no figure in ${year.value}` : `: ${short(found)} ${unit()} in ${year.value}`);
    }

    level.addEventListener("change", () => (choose(level.value), keep()));
    year.addEventListener("input", paint);
    year.addEventListener("change", keep);
    picture.addEventListener("pointerover", (event) => point(event.target.closest("[data-place]")));
    picture.addEventListener("click", (event) => {
      const mark = event.target.closest("[data-place]");
      point(mark);
      // A finger has not pointed before: it sees the value first, and the link beside it.
      if (mark && event.pointerType === "mouse") location.href = shown().places[mark.dataset.place][1];
    });

    figure.querySelector(".scripted").hidden = false;
    const asked = new URLSearchParams(location.search);
    choose(Object.hasOwn(levels, asked.get("show")) ? asked.get("show") : level.options[0].value, asked.get("year"));
    refuse(asked);
  }

  function list(box) {
    const field = box.querySelector("input");
    const status = box.querySelector("[role=status]");
    const entries = [...box.querySelectorAll("li")].map((item) => {
      const link = item.querySelector("a");
      const names = [link.textContent, ...(link.dataset.also ?? "").split(",")].map(fold).filter(Boolean);
      return { item, names };
    });
    field.addEventListener("input", () => {
      const sought = fold(field.value);
      const own = new Set(entries.filter(({ names }) => names.some((name) => name.includes(sought))).map(({ item }) => item));
      entries.forEach(({ item }) => {
        item.hidden = !own.has(item) && ![...item.querySelectorAll("li")].some((inner) => own.has(inner));
      });
      box.querySelectorAll("section").forEach((section) => {
        section.hidden = !section.querySelector("li:not([hidden])");
        section.querySelectorAll("details").forEach((fold) => {
          fold.open = sought !== "";
        });
      });
      status.textContent = sought ? `${own.size} of ${entries.length} places` : "";
    });
    box.querySelector(".scripted").hidden = false;
  }

  function ready() {
    document.querySelectorAll(".year-map").forEach(map);
    document.querySelectorAll(".place-list").forEach(list);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
