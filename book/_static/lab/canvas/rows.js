// Ten rows, one a class: its map, the mean of the map, the softmax.
(function (lab) {
  "use strict";

  const { el, ramp, sizes: { SIDE } } = lab;

  // Paint the cells of one map; what the mask leaves out stays dark.
  lab.paintMap = function (canvas, cells, h, w, peak) {
    const data = new ImageData(w, h);
    for (let i = 0; i < h * w; i++) {
      data.data.set([...ramp(cells[i] / (peak || 1)), 255], 4 * i);
    }
    canvas.width = w;
    canvas.height = h;
    canvas.getContext("2d").putImageData(data, 0, 0);
  };

  class Rows {
    constructor(widget) {
      this.widget = widget;
      this.names = widget.t("classes");
      this.items = this.names.map((name, i) => this.item(name, i));
      const heads = ["map", "mean", "softmax"].map(
        (key) => el("span", {}, [widget.t(key)]));
      this.heading = el("div", { class: "heading note",
                                 "aria-hidden": "true" }, heads);
      this.words = el("p", { role: "status" });
      const fit = el("button", { class: "button", type: "button",
                                 onclick: () => widget.fit() },
                     [widget.t("useSize", { n: SIDE })]);
      this.refusal = el("div", { class: "refusal" }, [this.words, fit]);
      this.element = el("div", { class: "rows" },
        [this.heading, ...this.items.map((i) => i.button), this.refusal]);
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
      const { widget } = this, { chosen, pinned, result } = widget;
      const { cells, h, w, peak, scores, shares, top } = result;
      this.element.classList.toggle("headless", !cells);
      this.element.classList.toggle("refused", !scores);
      this.words.textContent = widget.refusal;
      if (scores) {
        const most = Math.max(...scores.map(Math.abs));
        this.most = Math.max(this.most || 1, most);
      }
      this.items.forEach((item, c) => {
        if (cells) {
          const own = cells.subarray(c * h * w, (c + 1) * h * w);
          lab.paintMap(item.map, own, h, w, peak);
        }
        item.button.classList.toggle("top", c === top);
        item.button.classList.toggle("chosen", c === chosen && !!scores);
        item.button.setAttribute("aria-pressed", pinned === c);
        item.button.disabled = !scores;
        const score = scores ? scores[c].toFixed(2) : "–";
        const share = scores ? `${Math.round(100 * shares[c])} %` : "–";
        item.score.textContent = score;
        item.share.textContent = share;
        const length = scores ? Math.max(scores[c], 0) / this.most : 0;
        this.setBar(item.mean, length);
        this.setBar(item.soft, scores ? shares[c] : 0);
        // It begins with what is written on the button, word for word.
        item.button.setAttribute("aria-label",
          widget.t("row", { name: this.names[c], score, share }));
      });
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
