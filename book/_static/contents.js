/* The contents beside a page: what is folded there is the same on every page, and comes from here. */
(() => {
  "use strict";

  // Address of an entry → addresses and titles of the pages below it, written when the site is published.
  const CONTENTS = {};
  const site = new URL("../", document.currentScript.src).href;

  function below(pages) {
    const entries = pages.map(
      ([address, title]) =>
        `<li class="toctree-l2"><a class="reference internal" href="${new URL(address, site).href}">${title}</a></li>`,
    );
    return (
      '<details><summary aria-label="Pages below"><span class="toctree-toggle" role="presentation">' +
      `<i class="fa-solid fa-chevron-down"></i></span></summary><ul>${entries.join("")}</ul></details>`
    );
  }

  document.querySelectorAll(".bd-links .toctree-l1 > a").forEach((link) => {
    const pages = CONTENTS[link.href.slice(site.length)];
    const entry = link.parentElement;
    if (!pages || entry.querySelector("details")) return;
    entry.classList.add("has-children");
    link.insertAdjacentHTML("afterend", below(pages));
  });
})();
