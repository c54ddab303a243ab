// What the widget draws: the image, maps of cells, bars.
(function (lab) {
  "use strict";

  const { el } = lab, { fill, number } = lab.probeView;
  const { GARMENT, SPAN } = lab.heads;
  const STRIDE = 4; // pixels of the image a cell
  const SMALL = 8; // cells a side up to which all numbers have room

  // The garment, 12 × 12 pixels, from black to white.
  const PICTURE = [
    "...67..76...", ".6788778876.", "578888888875", "678899998876",
    "67.899998.76", "...899998...", "...899998...", "...899998...",
    "...889988...", "...889988...", "...888888...", "...777777...",
  ].map((row) => [...row].map((digit) => 28 * (Number(digit) || 0)));

  // A square with a frame that can be laid around some of its cells.
  function square(kind, content) {
    const frame = el("span", { class: "place" });
    const first = el("span", { class: "first" });
    const element = el("div", { "aria-hidden": "true", class: `square ${kind}` },
      [content, first, frame]);
    return { element, first, frame };
  }

  // Lay a frame around the garment's cells at [top, left].
  function lay(frame, size, [top, left]) {
    const share = (cells) => `${(100 * cells) / size}%`;
    frame.style.top = share(top);
    frame.style.left = share(left);
    frame.style.height = frame.style.width = share(SPAN);
  }

  function picture() {
    const canvas = el("canvas");
    const { element, first, frame } = square("picture", canvas);

    function draw(size, place) {
      const side = size * STRIDE, image = new ImageData(side, side);
      const [top, left] = place.map((cells) => cells * STRIDE);
      for (let i = 0; i < side * side; i++) {
        const row = Math.floor(i / side) - top, column = (i % side) - left;
        const value = PICTURE[row]?.[column] ?? 0;
        image.data.set([value, value, value, 255], 4 * i);
      }
      canvas.width = canvas.height = side;
      canvas.getContext("2d").putImageData(image, 0, 0);
      element.style.setProperty("--cells", size);
      lay(frame, size, place);
    }

    return { draw, element, first };
  }

  // A map of cells with their numbers.
  function grid(kind) {
    const cells = el("div", { class: "cells number" });
    const { element, first, frame } = square(kind, cells);

    // Values from 0 to `most`; cells from `count` on are still to come.
    function draw(size, place, values, { count, digits, most }) {
      if (cells.children.length !== values.length) {
        element.style.setProperty("--cells", size);
        cells.replaceChildren(...values.map(() => el("span")));
      }
      const all = count === values.length;
      values.forEach((value, i) => {
        const cell = cells.children[i];
        const room = size < SMALL || (digits === 0 && value);
        const text = digits ? number(value, digits).slice(1) : `${value}`;
        fill(cell, room ? (value ? text : "0") : "", lab.ramp(value / most));
        cell.classList.toggle("now", !all && i === count - 1);
        cell.classList.toggle("later", !all && i >= count);
      });
      lay(frame, size, place);
    }

    return { draw, element, first };
  }

  // Two bars, one below the other: then and now.
  function bars(names) {
    const rows = names.map((name) => {
      const bar = el("i"), text = el("span", { class: "number value" });
      return { bar, element: el("p", { class: "score" }, [
        el("span", { class: "then" }, name),
        el("span", { "aria-hidden": "true", class: "bar" }, bar), text,
      ]), text };
    });

    function draw(values, most) {
      rows.forEach(({ bar, text }, i) => {
        bar.style.transform = `scaleX(${(values[i] ?? 0) / most})`;
        text.textContent = values[i] === null ? "–" : number(values[i], 3);
      });
    }

    return { draw, element: el("div", {}, rows.map(({ element }) => element)) };
  }

  // "= 0.25", or "≈ 0.195" where the number goes on.
  function equal(value) {
    const text = number(value, 3);
    return `${Math.abs(Number(text) - value) < 1e-9 ? "=" : "≈"}\xa0${text}`;
  }

  lab.averageView = {
    PEAK: Math.max(...GARMENT.flat()), bars, equal, grid, lay, picture,
  };
})(window.NinLab);
