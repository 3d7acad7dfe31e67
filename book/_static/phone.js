/* What only a narrow screen needs is loaded by a narrow screen only. */
(() => {
  "use strict";

  const PHONE = matchMedia("(max-width: 600px)");
  const DRAWINGS = new URL("narrow.js", document.currentScript.src).href;

  function load() {
    if (!PHONE.matches) return;
    PHONE.removeEventListener("change", load);
    const script = document.createElement("script");
    script.src = DRAWINGS;
    document.head.append(script);
  }

  PHONE.addEventListener("change", load);
  load();
})();
