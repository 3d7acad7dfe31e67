/* Draws the charts that a page carries (figure.chart, written by citizen_security.figures.embed).

   Each has a static picture, which stays where scripts are off or drawing fails, and a Vega-Lite specification for the
   light and the dark mode. The drawing library is part of this site; it is fetched when the first chart comes near the
   window. A drawn chart has data-drawn="light" or "dark", and its Vega view is the property `view` of the figure. */
(() => {
  "use strict";

  const LIBRARY = new URL("vega.js", document.currentScript.src).href;
  const NEAR = "300px";
  const OPTIONS = {
    renderer: "svg",
    actions: { export: true, source: true, compiled: false, editor: false },
    downloadFileName: "chart",
  };

  let library = null;

  const mode = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

  function load() {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = LIBRARY;
      script.onload = () => resolve(window.vegaEmbed);
      script.onerror = () => reject(new Error(`${LIBRARY} cannot be loaded`));
      document.head.append(script);
    });
    return library;
  }

  function specification(figure, wanted) {
    const { light, dark } = JSON.parse(figure.querySelector("script.vega-spec").textContent);
    return wanted === "dark" ? { ...light, ...dark } : light;
  }

  /* What the reader selected: Vega-Lite keeps the selection `name` in the data `name_store`, its parts in signals. */
  function selection(view) {
    const stored = view.getState({ signals: () => false, data: (name) => name.endsWith("_store") }).data;
    const names = Object.keys(stored).map((name) => name.slice(0, -"store".length));
    const { signals } = view.getState({ signals: (signal) => names.some((name) => signal.startsWith(name)), data: () => false });
    return { data: stored, signals };
  }

  /* The library's menu has a picture for a name. */
  function nameMenu(live) {
    live.querySelector("summary")?.setAttribute("aria-label", "Save this chart or see its source");
  }

  /* The library writes the source into a page of its own as HTML, where a name with markup in it would run. */
  function showSourceAsText(live, content) {
    const link = [...live.querySelectorAll(".vega-actions a")].find((entry) => /source/i.test(entry.textContent));
    link?.addEventListener(
      "click",
      (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        const text = new Blob([JSON.stringify(content, null, 2)], { type: "text/plain;charset=utf-8" });
        const address = URL.createObjectURL(text);
        window.open(address, "_blank", "noopener");
        setTimeout(() => URL.revokeObjectURL(address), 60_000);
      },
      { capture: true },
    );
  }

  /* Marks that Vega adds of its own, such as a drag's frame, claim to be pictures and have no name. */
  function silenceNamelessMarks(live) {
    for (const mark of live.querySelectorAll('[role="graphics-symbol"]:not([aria-label])')) {
      mark.removeAttribute("role");
      mark.removeAttribute("aria-roledescription");
    }
  }

  async function draw(figure) {
    const wanted = mode();
    if (figure.dataset.wanted === wanted) return;
    figure.dataset.wanted = wanted;
    const live = document.createElement("div");
    live.className = "chart-live";
    try {
      const embed = await load();
      figure.prepend(live);
      const content = specification(figure, wanted);
      const { view } = await embed(live, content, OPTIONS);
      if (figure.view) await view.setState(selection(figure.view)).runAsync();
      if (figure.dataset.wanted !== wanted) throw new Error("superseded");
      nameMenu(live);
      showSourceAsText(live, content);
      silenceNamelessMarks(live);
      show(figure, live, view, wanted);
    } catch (error) {
      live.remove();
      if (error.message !== "superseded") console.error("this chart stays as it is:", error);
    }
  }

  function show(figure, live, view, drawn) {
    figure.querySelectorAll(".chart-live").forEach((other) => other !== live && other.remove());
    figure.view?.finalize();
    figure.view = view;
    figure.dataset.drawn = drawn;
  }

  function start() {
    const near = new IntersectionObserver(
      (entries) => {
        for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
          near.unobserve(target);
          draw(target);
        }
      },
      { rootMargin: NEAR },
    );
    document.querySelectorAll("figure.chart").forEach((figure) => near.observe(figure));
    new MutationObserver(() => document.querySelectorAll("figure.chart[data-wanted]").forEach(draw)).observe(
      document.documentElement,
      { attributes: true, attributeFilter: ["data-theme"] },
    );
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
