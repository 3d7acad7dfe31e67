/* One switch for all the code of a notebook's page, remembered from page to page; each cell's own fold stays. */
(() => {
  "use strict";

  const FOLDS = "details.code";
  const KEY = "show-code";

  /* A browser that keeps nothing for this site still has the switch. */
  function remembered() {
    try {
      return localStorage.getItem(KEY) === "yes";
    } catch {
      return false;
    }
  }

  function remember(open) {
    try {
      localStorage.setItem(KEY, open ? "yes" : "no");
    } catch {
      /* It is as it was for this page alone. */
    }
  }

  function unfold(button, open) {
    document.querySelectorAll(FOLDS).forEach((fold) => {
      fold.open = open;
    });
    button.textContent = open ? "Hide code" : "Show code";
  }

  /* What the reader is looking at stays where it is on the screen, though code above it unfolds. */
  function keepingPlace(change) {
    const blocks = [...document.querySelectorAll(".bd-article :is(p, li, h2, h3, table, figure, img, div.cell_output)")];
    const top = (block) => block.getBoundingClientRect().top;
    const shown = blocks.filter((block) => block.offsetParent && top(block) >= 60 && top(block) < innerHeight / 2);
    /* A heading near the top is what one reads from; code may unfold between it and what ends above it. */
    const seen = shown.find((block) => /^H[23]$/.test(block.tagName)) ?? shown[0];
    const before = seen?.getBoundingClientRect().top;
    change();
    if (seen?.offsetParent) window.scrollBy({ top: seen.getBoundingClientRect().top - before, behavior: "instant" });
  }

  function start() {
    const place = document.querySelector(".article-header-buttons");
    if (!place || !document.querySelector(FOLDS)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm code-switch";
    place.prepend(button);
    unfold(button, remembered());
    button.addEventListener("click", () => {
      const open = button.textContent === "Show code";
      remember(open);
      keepingPlace(() => unfold(button, open));
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
