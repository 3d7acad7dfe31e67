/* Filters of the pages of claims and of programmes (div.claims, written by citizen_security.figures.claims.claims_page
   and citizen_security.figures.evidence.programme_register).

   Without it a page lists everything. What is chosen stands in the address. */
(() => {
  "use strict";

  function start(root) {
    const form = root.querySelector(".claims-filters");
    const count = root.querySelector(".claims-count");
    const claims = [...root.querySelectorAll(".claim")];
    const fields = [...form.elements].filter((field) => field.name);

    function show() {
      let shown = 0;
      for (const claim of claims) {
        // A programme of several countries has them all, separated by a semicolon.
        const other = fields.some((it) => it.value && !claim.dataset[it.name].split(";").includes(it.value));
        // The claim that the address names is there whatever else is chosen.
        claim.hidden = other && location.hash !== `#${claim.id}`;
        shown += claim.hidden ? 0 : 1;
      }
      count.textContent = `${shown} of ${claims.length} ${root.dataset.noun ?? "claims"}`;
    }

    const given = new URLSearchParams(location.search);
    const offers = (field, value) => [...field.options].some((option) => option.value === value);
    for (const field of fields) {
      const value = given.get(field.name) ?? "";
      field.value = offers(field, value) ? value : "";
    }
    // What an address asks for and nothing has would leave all in sight, and not say why.
    const unknown = fields.filter((it) => given.get(it.name) && !offers(it, given.get(it.name)));
    const ignored = root.querySelector(".ignored");
    ignored.textContent = unknown.length
      ? `Unknown, and ignored: ${unknown.map((it) => `${it.name}=${given.get(it.name)}`).join(", ")}.`
      : "";
    form.addEventListener("change", () => {
      ignored.textContent = "";
      const query = new URLSearchParams(fields.filter((it) => it.value).map((it) => [it.name, it.value])).toString();
      history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}`);
      show();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    window.addEventListener("hashchange", show);
    show();
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("div.claims").forEach(start));
})();
