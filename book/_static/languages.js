// The switch of languages keeps the reader's place and remembers the choice.
"use strict";
(() => {
  const KEY = "nin-language";
  const LABEL = /^#(sec|eq|fig|ex)-/; // the same in every language
  const sections = () => [...document.querySelectorAll("main section[id]")];

  function shown(hash) {
    const box = document.getElementById(hash.slice(1))
      ?.getBoundingClientRect();
    return box && box.bottom >= 0 && box.top < innerHeight;
  }

  function place() {
    const { hash } = location;
    if (LABEL.test(hash) && shown(hash)) return hash;
    // Else, or if the reader has gone on from there, the number of the
    // section at the top of the window.
    const above = sections().filter(
      (section) => section.getBoundingClientRect().top < 160,
    );
    return above.length > 1 ? `#section=${above.length}` : "";
  }

  // Search engines want whole addresses, which only the reader's browser
  // knows: the pages work from any address.
  for (const link of document.querySelectorAll("link[hreflang]")) {
    link.setAttribute("href", link.href);
  }

  for (const link of document.querySelectorAll("[data-language]")) {
    link.addEventListener("click", () => {
      try {
        localStorage.setItem(KEY, link.dataset.language);
      } catch {
        // private windows may refuse: the choice is not remembered
      }
      link.hash = place();
      if (location.search) link.search = location.search;
    });
  }

  const number = /^#section=(\d+)$/.exec(location.hash);
  const target = number && sections()[number[1] - 1];
  if (target) {
    history.replaceState(null, "", `#${target.id}`);
    target.scrollIntoView();
  }
})();
