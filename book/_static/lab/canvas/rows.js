// Ten rows, one a class: its map, the mean of the map, the softmax.
(function (lab) {
  "use strict";

  const { el, ramp } = lab;

  // Paint the cells of one map; what the mask leaves out stays dark.
  function paintMap(canvas, cells, h, w, peak) {
    const data = new ImageData(w, h);
    for (let i = 0; i < h * w; i++) {
      data.data.set([...ramp(cells[i] / (peak || 1)), 255], 4 * i);
    }
    canvas.width = w;
    canvas.height = h;
    canvas.getContext("2d").putImageData(data, 0, 0);
  }

  class Rows {
    constructor(widget) {
      this.widget = widget;
      this.names = widget.t("classes");
      this.items = this.names.map((name, i) => this.item(name, i));
      const heads = ["map", "mean", "softmax"].map(
        (key) => el("span", {}, [widget.t(key)]));
      this.heading = el("div", { class: "heading note",
                                 "aria-hidden": "true" }, heads);
      this.element = el("div", { class: "rows" },
        [this.heading, ...this.items.map((i) => i.button)]);
    }

    item(name, i) {
      const bar = () => el("span", { class: "bar" }, [el("i")]);
      const parts = {
        map: el("canvas", { class: "map", "aria-hidden": "true" }),
        name: el("span", { class: "name" }, [name]),
        score: el("span", { class: "number score" }),
        mean: bar(),
        share: el("span", { class: "number share" }),
        soft: bar(),
      };
      parts.mean.classList.add("mean");
      parts.soft.classList.add("soft");
      const button = el("button", {
        class: "item", type: "button", "aria-pressed": "false",
        onclick: () => this.widget.choose(i),
        onpointermove: (event) => this.preview(event, i),
        onpointerleave: (event) => this.preview(event, null),
      }, Object.values(parts).flatMap((part) => [part, " "]));
      return { button, ...parts };
    }

    show() {
      const { result } = this.widget;
      const scale = this.scale(result);
      this.names.forEach((_, c) => {
        this.paint(c, result);
        this.write(c, {
          score: result.scores[c].toFixed(2),
          share: `${Math.round(100 * result.shares[c])} %`,
          length: Math.max(result.scores[c], 0) / scale,
          soft: result.shares[c],
        });
      });
    }

    // The score of a full bar.
    scale({ scores }) {
      const most = Math.max(...scores.map(Math.abs));
      return (this.most = Math.max(this.most || 1, most));
    }

    paint(c, { cells, h, w, peak }) {
      const own = cells.subarray(c * h * w, (c + 1) * h * w);
      paintMap(this.items[c].map, own, h, w, peak);
    }

    write(c, { score, share, length, soft }) {
      const item = this.items[c], { chosen, pinned, result } = this.widget;
      item.button.classList.toggle("top", c === result.top);
      item.button.classList.toggle("chosen", c === chosen);
      item.button.setAttribute("aria-pressed", pinned === c);
      item.score.textContent = score;
      item.share.textContent = share;
      this.setBar(item.mean, length);
      this.setBar(item.soft, soft);
      // It begins with what is written on the button, word for word.
      item.button.setAttribute("aria-label",
        this.widget.t("row", { name: this.names[c], score, share }));
    }

    // A mouse that comes to a row shows its map at once (not a page that
    // scrolls under a mouse).
    preview({ movementX, movementY, pointerType, type }, c) {
      const moved = movementX || movementY || type === "pointerleave";
      if (pointerType !== "mouse" || !moved) return;
      if ((this.widget.preview ?? null) === c) return;
      this.widget.preview = c;
      this.widget.redraw();
    }

    setBar(bar, share) {
      bar.firstChild.style.transform = `scaleX(${share.toFixed(4)})`;
    }

    // Another image, another scale of the scores.
    forgetScale() {
      this.most = 0;
    }
  }

  lab.Rows = Rows;
})(window.NinLab);
