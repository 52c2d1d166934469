"use strict";
(function () {
  const by = (id) => document.getElementById(id);
  const all = (selector, inside) => Array.from((inside || document).querySelectorAll(selector));
  const clauses = all("[data-verdict]");
  const form = by("filter");
  const words = new Map(clauses.map((one) => [one, one.textContent.toLowerCase()]));

  function say(sentence) {
    by("said").textContent = sentence;
  }

  function value(id) {
    return by(id) ? by(id).value : "";
  }

  function wanted(one, asked) {
    return (
      (!asked.verdict || asked.verdict.split(" ").some((verdict) => one.dataset.verdict.split(" ").includes(verdict))) &&
      (!asked.family || one.dataset.family === asked.family) &&
      (!asked.strength || one.dataset.strength === asked.strength) &&
      asked.words.every((word) => words.get(one).includes(word))
    );
  }

  function show() {
    const asked = {
      verdict: value("verdict"),
      family: value("family"),
      strength: value("strength"),
      words: value("search").toLowerCase().split(/\s+/).filter(Boolean),
    };
    let shown = 0;
    for (const one of clauses) {
      one.hidden = !wanted(one, asked);
      shown += one.hidden ? 0 : 1;
    }
    for (const family of all(".family")) {
      family.hidden = all("[data-verdict]", family).every((one) => one.hidden);
    }
    by("count").textContent = `${shown} of ${clauses.length} clauses`;
    by("none").hidden = shown > 0;
  }

  function reset() {
    form.reset();
    show();
  }

  // A link to a clause shows it, whatever the filter says, and opens it.
  function follow() {
    let id = "";
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = id && by(id);
    for (const one of all(".linked")) one.classList.remove("linked");
    if (!target) return;
    if (target.matches("[data-verdict]")) {
      if (target.hidden) reset();
      if (target.tagName === "DETAILS") target.open = true;
      target.classList.add("linked");
      const first = target.querySelector("summary, a");
      if (first) first.focus({ preventScroll: true });
    } else if (target.closest("[hidden]")) {
      reset();
    }
    target.scrollIntoView({ block: "start" });
  }

  async function copy(button) {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      say("Copied.");
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    } catch {
      getSelection().selectAllChildren(code);
      say("Selected: copy it with the keyboard.");
      button.textContent = "Selected";
    }
  }

  if (form) {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", show);
    form.addEventListener("change", show); // some tools that choose for people send only this
    form.addEventListener("reset", () => setTimeout(show));
    by("again").addEventListener("click", () => { reset(); by("search").focus(); });
    if (by("open")) {
      by("open").addEventListener("click", () => {
        for (const one of clauses) if (!one.hidden) one.open = true;
      });
      by("close").addEventListener("click", () => {
        for (const one of clauses) one.open = false;
      });
    }
    show();
  }
  for (const place of all(".again")) {
    const clause = place.closest(".clause");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    const what = clause ? `that judges ${clause.id} again` : "of this run";
    button.setAttribute("aria-label", `Copy the command ${what}`);
    button.addEventListener("click", () => copy(button));
    place.append(" ", button);
  }
  for (const link of all("[data-show-verdict]")) {
    link.addEventListener("click", () => {
      form.reset();
      by("verdict").value = link.dataset.showVerdict;
      by("family").value = link.dataset.showFamily;
      show();
    });
  }
  document.addEventListener("click", (event) => {
    // The same link again changes no address, so nothing else would tell.
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) setTimeout(follow);
  });
  addEventListener("hashchange", follow);
  addEventListener("load", () => setTimeout(follow)); // after the browser's own jump took the focus
})();
