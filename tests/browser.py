"""The Chromium that tests look at pages with, and what they wait for."""

# Containers have no user namespaces for Chromium's own sandbox; the rest keeps it from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# Formulas are set when one comes near the window; resolves when those of the page are, at once where none is shown. A
# chart that is drawn meanwhile may push the formula away from the window again.
FORMULAS_SET = """async () => {
  const formula = [...document.querySelectorAll(".math")].find((it) => it.checkVisibility());
  const until = performance.now() + 20000;
  while (formula && !document.querySelector("mjx-container")) {
    if (performance.now() > until) throw new Error("no formula was set within 20 s");
    formula.scrollIntoView();
    await new Promise((go) => setTimeout(go, 50));
  }
  await window.MathJax?.startup?.promise;
}"""

# A colour that fades into another passes through ones that nobody chose, and what inherits it starts when it ends. What
# moves with the wheel never ends, and no colour does.
STILL = """async () => {
  const until = performance.now() + 10000;
  const fading = () => document.getAnimations().filter((it) => it instanceof CSSTransition);
  for (let some; (some = fading()).length && performance.now() < until;) {
    const late = new Promise((go) => setTimeout(go, 1000));
    await Promise.race([late, Promise.allSettled(some.map(({ finished }) => finished))]);
    await new Promise(requestAnimationFrame);
  }
}"""
