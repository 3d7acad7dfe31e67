/* The page of a place: the year that a change is shown from, the light or dark mode, what can be taken along. */
(() => {
  "use strict";

  const MODES = { auto: "as the system has it", light: "light", dark: "dark" };
  const page = document.documentElement;

  function showMode(button) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    page.dataset.theme = page.dataset.mode === "auto" ? (dark ? "dark" : "light") : page.dataset.mode;
    button.textContent = { auto: "◐", light: "☀", dark: "☾" }[page.dataset.mode] ?? "◐";
    button.setAttribute("aria-label", `Colours: ${MODES[page.dataset.mode]}`);
  }

  /* The same settings as the book's other pages, so that one choice holds for all. */
  function modes(button) {
    showMode(button);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => showMode(button));
    button.addEventListener("click", () => {
      const names = Object.keys(MODES);
      page.dataset.mode = names[(names.indexOf(page.dataset.mode) + 1) % names.length];
      showMode(button);
      try {
        localStorage.setItem("mode", page.dataset.mode);
        localStorage.setItem("theme", page.dataset.theme);
      } catch {
        /* kept for this page only */
      }
    });
  }

  function says(select, status, ignored) {
    const asked = new URLSearchParams(location.search).get("since");
    // Sentences of one form differ in their numbers alone, which fill its blanks.
    const forms = JSON.parse(select.dataset.forms);
    const show = () => {
      const [form, ...numbers] = select.selectedOptions[0].dataset.says.split(" ");
      status.textContent = forms[form].replaceAll("#", () => numbers.shift());
    };
    if ([...select.options].some((option) => option.value === asked)) {
      select.value = asked;
      show();
    } else if (asked) {
      const [first, last] = [select.options[0], [...select.options].at(-1)].map((option) => option.value);
      ignored.textContent = `Unknown, and ignored: since=${asked} (there are years from ${first} to ${last}).`;
    }
    select.addEventListener("change", () => {
      ignored.textContent = "";
      show();
      const address = new URL(location.href);
      address.searchParams.set("since", select.value);
      history.replaceState(null, "", address);
      addresses();
    });
  }

  function addresses() {
    const own = new URL(location.href);
    own.hash = "";
    document.querySelectorAll("input.permalink").forEach((field) => {
      field.value = own.href;
    });
    // The year that was chosen goes along.
    const since = own.searchParams.get("since");
    own.search = since ? `embed&since=${encodeURIComponent(since)}` : "embed";
    document.querySelectorAll("textarea.embed-code").forEach((field) => {
      field.value = field.value.replace(/src="[^"]*"/, `src="${own.href}"`);
    });
  }

  function copies(button) {
    const words = button.textContent;
    button.addEventListener("click", async () => {
      const field = document.querySelector("input.permalink");
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
      } catch {
        field.select();
        field.scrollIntoView({ block: "center" });
      }
      setTimeout(() => {
        button.textContent = words;
      }, 3000);
    });
  }

  function ready() {
    // The book's other pages load every script of the site.
    if (!document.body.classList.contains("place")) return;
    document.querySelectorAll(".scripted").forEach((element) => {
      element.hidden = false;
    });
    document.querySelectorAll("button.mode").forEach(modes);
    document.querySelectorAll(".since").forEach((line) => says(line.querySelector("select"), line.querySelector("[role=status]"), line.querySelector(".ignored")));
    document.querySelectorAll("button.copy").forEach(copies);
    addresses();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
