/* What a page folds is open on paper, but for code and the record of the run; afterwards it is as it was. */
(() => {
  "use strict";

  const KEPT_SHUT = ".code, .this-run";
  let opened = [];

  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".bd-article details:not([open])")].filter((it) => !it.matches(KEPT_SHUT));
    for (const fold of opened) fold.open = true;
  });

  window.addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });
})();
