/* Sets the formulas of a page once the first of them comes near the window: a page that has one far below, and a chart
   above it, is not made to load what sets formulas and what draws charts at once. */
(() => {
  "use strict";

  const LIBRARY = new URL("mathjax/startup.js", document.currentScript.src).href;
  /* The library in one file brings a menu and a reader of formulas as well, a third of its weight. */
  const PARTS = ["core", "input/tex", "output/chtml", "a11y/assistive-mml"];
  const FORMULA = ".math";
  const NEAR = "100px";

  let library = null;

  function load() {
    library ??= new Promise((resolve, reject) => {
      window.MathJax = { ...window.MathJax, loader: { load: PARTS } };
      const script = document.createElement("script");
      script.src = LIBRARY;
      script.onload = () => resolve(window.MathJax.startup.promise);
      script.onerror = () => reject(new Error(`${LIBRARY} cannot be loaded`));
      document.head.append(script);
    });
    return library;
  }

  const set = () => load().catch((error) => console.error("the formulas stay as they are written:", error));

  function start() {
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        set();
      },
      { rootMargin: NEAR },
    );
    document.querySelectorAll(FORMULA).forEach((formula) => near.observe(formula));
  }

  /* Paper waits for nothing: whoever prints by the keyboard before they have seen a formula gets it set all the same. */
  document.addEventListener("keydown", (event) => {
    const prints = (event.ctrlKey || event.metaKey) && event.key === "p";
    if (!prints || library || !document.querySelector(FORMULA)) return;
    event.preventDefault();
    set().then(() => window.print());
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
