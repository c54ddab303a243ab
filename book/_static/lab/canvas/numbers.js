// The numbers behind one row: each cell of the map, sum, mean, softmax.
(function (lab) {
  "use strict";

  const { el, ramp } = lab;
  // Three digits, and more only before the decimal point.
  function short(x) {
    return x < 1000 ? x.toPrecision(3)
      : Math.round(x).toLocaleString(lab.language);
  }

  const READABLE = 19; // CSS pixels that a number needs
  const AROUND = 5; // cells a side that are shown large
  const FRAME = "#ff9d2e", NEAR = "#fff";

  // A square of a map with its numbers, where there is room for them.
  // part: first row, first column, and cells a side.
  function paint(canvas, { values, w, peak }, { row, column, n }) {
    const density = window.devicePixelRatio || 1;
    canvas.width = canvas.height = Math.round(canvas.clientWidth * density);
    const context = canvas.getContext("2d"), size = canvas.width / n;
    const readable = size >= READABLE * density;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `${Math.min(size / 2.2, 14 * density)}px sans-serif`;
    for (let i = 0; i < n * n; i++) {
      const down = Math.floor(i / n), right = i % n;
      const value = values[(row + down) * w + column + right];
      const x = right * size, y = down * size;
      const [r, g, b] = ramp(value / (peak || 1)), whole = Math.ceil(size) + 1;
      context.fillStyle = `rgb(${r} ${g} ${b})`; // no seams between cells
      context.fillRect(Math.floor(x), Math.floor(y), whole, whole);
      if (!readable) continue;
      context.fillStyle = lab.ink([r, g, b]);
      const digits = value >= 9.95 && size < 26 * density ? 0 : 1;
      context.fillText(value.toFixed(digits), x + size / 2, y + size / 2);
    }
    // Frame cells of this square.
    const frame = (colour, top, left, side) => {
      context.strokeStyle = colour;
      context.lineWidth = 3 * density;
      context.strokeRect((left - column) * size, (top - row) * size,
                         side * size, side * size);
    };
    return { frame, readable };
  }

  class Numbers {
    constructor(widget) {
      this.widget = widget;
      this.canvas = el("canvas", {
        class: "big", tabindex: "0", role: "application",
        onpointerdown: (event) => this.point(event),
        onpointermove: (event) => this.hover(event),
        onpointerleave: () => this.look(null),
        onkeydown: (event) => this.key(event),
      });
      this.title = el("h2", {});
      this.sums = el("p", { class: "number" });
      this.soft = el("p", { class: "number" });
      this.cell = el("p", { class: "number", role: "status" });
      this.large = el("canvas", { class: "large" });
      this.part = el("figcaption", { class: "note number" });
      this.around = el("figure", { class: "around", "aria-hidden": "true" },
        [this.large, this.part]);
      this.element = el("section", { class: "numbers" }, [
        this.canvas,
        el("div", {}, [this.title, this.sums, this.soft, this.cell,
                       this.around]),
      ]);
      new ResizeObserver(() => this.draw()).observe(this.canvas);
    }

    show() {
      const { chosen, names, result } = this.widget;
      const { maps, h, w, scores, shares } = result;
      this.element.hidden = !result.cells;
      if (!result.cells) return;
      const t = (key, values) => this.widget.t(key, values);
      const own = maps.subarray(chosen * h * w, (chosen + 1) * h * w);
      let sum = 0;
      own.forEach((value) => (sum += value));
      const total = scores.reduce((all, s) => all + Math.exp(s), 0);
      this.title.textContent = t("behind", { name: names[chosen] });
      this.sums.textContent = t("sum", {
        h, w, n: h * w, sum: sum.toFixed(1), mean: scores[chosen].toFixed(2),
      });
      this.soft.textContent = t("exp", {
        score: scores[chosen].toFixed(2),
        exp: short(Math.exp(scores[chosen])),
        total: short(total),
        share: (100 * shares[chosen]).toFixed(1),
      });
      this.canvas.setAttribute("aria-label",
        t("bigMap", { name: names[chosen], h, w }));
      this.tell(own);
      this.draw();
    }

    tell(own) {
      const { cell, net, result } = this.widget;
      const inside = cell && cell.row < result.h && cell.column < result.w;
      const { field } = lab.geometry(net.layers);
      const words = inside
        ? this.widget.t("cell", {
          row: cell.row + 1, column: cell.column + 1, field,
          value: own[cell.row * result.w + cell.column].toFixed(2),
        })
        : this.widget.t("pickCell");
      lab.tell(this.cell, words);
    }

    draw() {
      const { cell, chosen, result } = this.widget;
      if (!result?.cells || !this.canvas.clientWidth) return;
      const { cells, h, w, peak } = result;
      const values = cells.subarray(chosen * h * w, (chosen + 1) * h * w);
      const map = { values, h, w, peak };
      const { frame, readable } =
        paint(this.canvas, map, { row: 0, column: 0, n: w });
      this.around.hidden = readable;
      if (!readable) this.drawAround(map, frame);
      if (cell) frame(FRAME, cell.row, cell.column, 1);
    }

    // Cells too small for numbers: those around one cell are shown large,
    // around the brightest where the reader points at none.
    drawAround(map, frame) {
      const { values, h, w } = map, { cell } = this.widget;
      const best = values.indexOf(Math.max(...values));
      const inside = (at) => at && at.row < h && at.column < w ? at : null;
      const middle = inside(this.near) ?? inside(cell) ??
        { row: Math.floor(best / w), column: best % w };
      const first = (i, n) =>
        Math.min(Math.max(i - (AROUND - 1) / 2, 0), n - AROUND);
      const row = first(middle.row, h), column = first(middle.column, w);
      this.part.textContent = this.widget.t("around", {
        top: row + 1, bottom: row + AROUND, left: column + 1,
        right: column + AROUND,
      });
      frame(NEAR, row, column, AROUND);
      const large = paint(this.large, map, { row, column, n: AROUND });
      if (cell) large.frame(FRAME, cell.row, cell.column, 1);
    }

    at(event) {
      const box = this.canvas.getBoundingClientRect();
      const { h, w } = this.widget.result;
      const at = (x, n) => Math.min(Math.max(Math.floor(x * n), 0), n - 1);
      return { row: at((event.clientY - box.top) / box.height, h),
               column: at((event.clientX - box.left) / box.width, w) };
    }

    point(event) {
      const { row, column } = this.at(event);
      this.pick(row, column);
    }

    hover(event) {
      if (event.buttons) this.point(event);
      else if (event.pointerType === "mouse") this.look(this.at(event));
    }

    // The mouse is at a cell, or has left the map.
    look(near) {
      this.near = near;
      this.draw();
    }

    key(event) {
      const arrow = lab.arrow(event);
      if (event.key === "Escape") {
        this.widget.cell = null;
        this.widget.redraw();
      }
      if (!arrow) return;
      const { h, w } = this.widget.result;
      const { row, column } = this.widget.cell ?? { row: 0, column: 0 };
      const step = this.widget.cell ? arrow : [0, 0];
      this.pick(Math.min(Math.max(row + step[0], 0), h - 1),
                Math.min(Math.max(column + step[1], 0), w - 1));
    }

    pick(row, column) {
      this.near = null;
      this.widget.cell = { row, column };
      this.widget.redraw();
    }
  }

  lab.Numbers = Numbers;
})(window.NinLab);
