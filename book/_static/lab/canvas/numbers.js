// The numbers behind one row: each cell of the map, sum, mean, softmax.
(function (lab) {
  "use strict";

  const { ARROWS, el, ramp } = lab;
  // Three digits, and more only before the decimal point.
  function short(x) {
    return x < 1000 ? x.toPrecision(3)
      : Math.round(x).toLocaleString(lab.language);
  }

  const READABLE = 26; // CSS pixels that a number needs

  class Numbers {
    constructor(widget) {
      this.widget = widget;
      this.canvas = el("canvas", {
        class: "big", tabindex: "0", role: "application",
        onpointerdown: (event) => this.point(event),
        onpointermove: (event) => event.buttons && this.point(event),
        onkeydown: (event) => this.key(event),
      });
      this.title = el("h2", {});
      this.sums = el("p", { class: "number" });
      this.soft = el("p", { class: "number" });
      this.cell = el("p", { class: "number", role: "status" });
      this.element = el("section", { class: "numbers" }, [
        this.canvas,
        el("div", {}, [this.title, this.sums, this.soft, this.cell]),
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
      this.cell.textContent = inside
        ? this.widget.t("cell", {
          row: cell.row + 1, column: cell.column + 1, field,
          value: own[cell.row * result.w + cell.column].toFixed(2),
        })
        : this.widget.t("pickCell");
    }

    draw() {
      const { cell, chosen, result } = this.widget;
      const width = this.canvas.clientWidth;
      if (!result?.cells || !width) return;
      const { cells, h, w, peak } = result;
      const density = window.devicePixelRatio || 1;
      this.canvas.width = this.canvas.height = Math.round(width * density);
      const context = this.canvas.getContext("2d");
      const size = this.canvas.width / w;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.font = `${Math.min(size / 2.6, 14 * density)}px sans-serif`;
      for (let i = 0; i < h * w; i++) {
        const value = cells[chosen * h * w + i], t = value / (peak || 1);
        const x = (i % w) * size, y = Math.floor(i / w) * size;
        const [r, g, b] = ramp(t), whole = Math.ceil(size) + 1;
        context.fillStyle = `rgb(${r} ${g} ${b})`; // no seams between cells
        context.fillRect(Math.floor(x), Math.floor(y), whole, whole);
        if (size < READABLE * density) continue;
        const light = 0.3 * r + 0.6 * g + 0.1 * b;
        context.fillStyle = light > 120 ? "#000" : "#fff";
        context.fillText(value.toFixed(1), x + size / 2, y + size / 2);
      }
      if (!cell) return;
      context.strokeStyle = "#ff9d2e";
      context.lineWidth = 3 * density;
      context.strokeRect(cell.column * size, cell.row * size, size, size);
    }

    point(event) {
      const box = this.canvas.getBoundingClientRect();
      const { h, w } = this.widget.result;
      const at = (x, n) => Math.min(Math.max(Math.floor(x * n), 0), n - 1);
      this.pick(at((event.clientY - box.top) / box.height, h),
                at((event.clientX - box.left) / box.width, w));
    }

    key(event) {
      const arrow = ARROWS[event.key];
      if (event.key === "Escape") {
        this.widget.cell = null;
        this.widget.redraw();
      }
      if (!arrow) return;
      event.preventDefault();
      const { h, w } = this.widget.result;
      const { row, column } = this.widget.cell ?? { row: 0, column: 0 };
      const step = this.widget.cell ? arrow : [0, 0];
      this.pick(Math.min(Math.max(row + step[0], 0), h - 1),
                Math.min(Math.max(column + step[1], 0), w - 1));
    }

    pick(row, column) {
      this.widget.cell = { row, column };
      this.widget.redraw();
    }

  }

  lab.Numbers = Numbers;
})(window.NinLab);
