// What every page needs beside the theme: buttons, print, search on a disk.
"use strict";
(() => {
  const ACTIONS = {
    fullscreen: () => window.toggleFullScreen(), // the theme's
    print: () => window.print(),
  };
  for (const button of document.querySelectorAll("[data-press]")) {
    button.addEventListener("click", ACTIONS[button.dataset.press]);
  }

  // Solutions are printed open.
  const folded = new Set();
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      folded.add(details);
      details.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
    folded.clear();
  });

  // A formula wider than the screen is scrolled with the keyboard, too.
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const wide = target.scrollWidth > target.clientWidth;
      if (wide) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const formula of document.querySelectorAll(".katex-display")) {
    sizes.observe(formula);
  }

  // A page on the disk may not read other pages: results have no excerpts.
  if (location.protocol === "file:") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
})();
