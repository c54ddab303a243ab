// <nin-probe>: one pixel's channel vector goes through a 1×1 convolution,
// written as what it is: one fully connected layer.
(function (lab) {
  "use strict";

  const { START, meaning, slider, tools } = lab.probeControls;
  const view = lab.probeView, { el } = lab, { number } = view;
  const SCANNED = 4; // pixels a frame

  // x [in], W [out][in], b [out] -> W x + b, [out]; ReLU on request.
  function dense(x, W, b, relu) {
    return W.map((row, k) => {
      const z = row.reduce((sum, w, c) => sum + w * x[c], b[k]);
      return relu ? Math.max(z, 0) : z;
    });
  }

  // maps [in][n] -> [out][n]: the same layer, once for every pixel.
  function conv1x1(maps, W, b, relu) {
    const out = W.map(() => new Float32Array(maps[0].length));
    for (let i = 0; i < maps[0].length; i++) {
      const y = dense(maps.map((map) => map[i]), W, b, relu);
      y.forEach((value, k) => (out[k][i] = value));
    }
    return out;
  }

  // A fixed order of n pixels that looks like chance (Fisher and Yates).
  function shuffled(n) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1, seed = 1; i > 0; i--) {
      seed = (seed * 48271) % 2147483647;
      const j = seed % (i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  // The maps of maps.js as numbers from 0 to 1, [channel][pixel].
  function decode(maps) {
    return maps.map((text) =>
      Float32Array.from(lab.bytes(text), (byte) => byte / 255));
  }

  class Probe extends lab.Widget {
    render(root) {
      const { maps, size } = lab.probeMaps;
      this.size = size;
      this.plain = decode(maps);
      this.order = shuffled(size * size);
      Object.assign(this, {
        at: 9 * size + 15, chosen: [0, 0], relu: true, until: size * size,
        x: this.plain,
      });
      this.take(START);
      this.sum = el("p", { class: "sum number" });
      this.status = el("p", { class: "unseen", role: "status" });
      root.append(el("p", { class: "hint" }, this.t("hint")), this.stage(),
        this.sum, slider(this), tools(this), this.notes(), this.status);
      this.draw();
      new ResizeObserver(() => this.connect()).observe(this);
    }

    // Use these weights, and leave the given ones as they are.
    take({ W, b }) {
      this.W = W.map((row) => [...row]);
      this.b = [...b];
    }

    stage() {
      this.inputs = this.t("inputs").map((name, c) => view.figure(
        [el("i", {}, "x"), el("sub", {}, `${c + 1}`), ` ${name}`],
        this.size));
      this.outputs = this.W.map(() => view.figure([], this.size));
      this.lines = lab.svg("svg", { "aria-hidden": "true", class: "lines" });
      for (const { frame } of this.inputs) this.listen(frame);
      this.outputs.forEach(({ frame }, k) => this.listen(frame, k));
      const group = (kind, figures) => el("div", {
        "aria-label": this.t(kind), class: `maps ${kind}`,
        onkeydown: (event) => this.key(event), role: "application",
        tabindex: "0",
      }, figures.map(({ element }) => element));
      return el("div", { class: "stage" }, [
        group("inputMaps", this.inputs), lab.probeEquation.make(this),
        group("outputMaps", this.outputs), this.lines,
      ]);
    }

    // Mouse: hovering is enough. Finger and pen: touching and dragging.
    // Pressing on output map k also chooses its row of the matrix.
    listen(frame, k) {
      const take = (event) => {
        this.stop();
        this.at = view.pixelAt(event, frame, this.size);
        this.draw();
      };
      frame.addEventListener("pointerdown", (event) => {
        frame.setPointerCapture(event.pointerId);
        if (k !== undefined) this.chosen = [k, this.chosen[1]];
        take(event);
      });
      frame.addEventListener("pointermove", take);
    }

    key(event) {
      const move = lab.arrow(event);
      if (!move) return;
      this.stop();
      const step = event.shiftKey ? 4 : 1, { size } = this;
      const clamp = (n) => Math.min(Math.max(n, 0), size - 1);
      const row = clamp(Math.floor(this.at / size) + step * move[0]);
      this.at = row * size + clamp((this.at % size) + step * move[1]);
      this.draw();
    }

    notes() {
      this.legend = el("span", { class: "key number" });
      return el("div", { class: "keys note" }, [
        el("span", {}, this.t("message", {
          biases: this.b.length, pixels: this.size ** 2,
          weights: this.W.flat().length,
        })), this.legend,
      ]);
    }

    // The same pixels in another order; the chosen one moves along.
    shuffle(on) {
      this.stop();
      this.at = on ? this.order.indexOf(this.at) : this.order[this.at];
      this.x = on
        ? this.plain.map((map) => map.map((_, i) => map[this.order[i]]))
        : this.plain;
    }

    // Draw the output maps pixel by pixel, as the layer makes them.
    toggleScan() {
      if (this.running) {
        this.stop();
        return this.draw();
      }
      const end = this.size ** 2, back = this.at;
      const step = () => {
        this.until = Math.min(this.until + SCANNED, end);
        this.at = this.until - 1;
        if (this.until === end) {
          this.stop();
          this.at = back;
        } else this.running = requestAnimationFrame(step);
        this.draw();
      };
      this.until = 0;
      this.scan.setAttribute("aria-pressed", "true");
      this.running = requestAnimationFrame(step);
    }

    stop() {
      cancelAnimationFrame(this.running);
      this.running = null;
      this.until = this.size ** 2;
      this.scan.setAttribute("aria-pressed", "false");
    }

    draw() {
      const { at, b, relu, size, W, x } = this;
      const y = conv1x1(x, W, b, relu);
      const vector = x.map((map) => map[at]);
      const out = dense(vector, W, b, relu);
      this.result = { at, out, vector, y };
      this.inputs.forEach((one, c) => view.paint(one.canvas, x[c], size));
      this.outputs.forEach((one, k) => {
        view.paint(one.canvas, y[k], size, !relu, this.until);
        one.element.classList.toggle("chosen", k === this.chosen[0]);
        one.element.firstChild.replaceChildren(el("i", {}, "y"),
          el("sub", {}, `${k + 1}`), ` ${meaning(this, k)}`);
      });
      for (const one of [...this.inputs, ...this.outputs]) {
        view.mark(one, at, size);
      }
      this.legend.replaceChildren(...view.legend(!relu));
      lab.probeEquation.draw(this, vector, out);
      this.connect();
      this.say();
    }

    connect() {
      const pairs = (a, b) => a.map((one, i) => [one, b[i]]);
      const markers = (figures) => figures.map(({ marker }) => marker);
      view.connect(this.lines, [
        ...pairs(markers(this.inputs), this.cells.x),
        ...pairs(this.cells.y, markers(this.outputs)),
      ]);
    }

    say() {
      this.later(500, () => {
        const { at, out, vector } = this.result;
        const list = (values) => values.map((v) => number(v, 2)).join(", ");
        this.status.textContent = this.t("status", {
          column: (at % this.size) + 1, row: Math.floor(at / this.size) + 1,
          x: list(vector), y: list(out),
        });
      });
    }
  }

  lab.define("probe", Probe);
})(window.NinLab);
