// Parts that several widgets are made of.
(function (lab) {
  "use strict";

  const { el, svg } = lab;
  const ICONS = {
    camera: "M3 8h4l2-3h6l2 3h4v11H3zM12 10a3.5 3.5 0 1 0 .01 0",
    draw: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
    open: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  };

  lab.icon = (name) => svg("svg", { viewBox: "0 0 24 24" }, svg("path", {
    d: ICONS[name], fill: "none", stroke: "currentColor",
    "stroke-linecap": "round", "stroke-linejoin": "round", "stroke-width": 2,
  }));

  // Thumbnails. Arrow keys go from one to the next; Tab passes them in one
  // step.
  class Thumbs {
    constructor(label, buttons) {
      this.buttons = buttons;
      buttons.forEach((button, i) => {
        button.addEventListener("keydown", (event) => this.walk(event, i));
      });
      this.element = el("div", { class: "thumbs", role: "toolbar",
                                 "aria-label": label }, buttons);
    }

    walk(event, i) {
      if (lab.modified(event)) return;
      const { buttons } = this, last = buttons.length - 1;
      const top = buttons[0].offsetTop;
      const columns = buttons.filter((one) => one.offsetTop === top).length;
      const next = {
        ArrowLeft: i - 1, ArrowRight: i + 1, ArrowUp: i - columns,
        ArrowDown: i + columns, Home: 0, End: last,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      if (next < 0 || next > last) return;
      this.reach(next);
      buttons[next].focus();
    }

    // The one that Tab comes to.
    reach(i) {
      this.buttons.forEach((one, k) => (one.tabIndex = k === i ? 0 : -1));
    }

    // Show which is chosen, null for none.
    mark(chosen) {
      this.buttons.forEach((one, i) => {
        one.setAttribute("aria-pressed", i === chosen);
      });
      if (chosen !== this.chosen) this.reach(chosen ?? 0);
      this.chosen = chosen;
    }
  }

  lab.Thumbs = Thumbs;
})(window.NinLab);
