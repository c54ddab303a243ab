// Test images to choose from, sliders, buttons, switches.
(function (lab) {
  "use strict";

  const { el, sizes: { SIDE, SMALLEST_GARMENT } } = lab;
  const PIXELS = SIDE * SIDE;

  function thumbnail(pixels) {
    const canvas = el("canvas", { width: SIDE, height: SIDE,
                                  "aria-hidden": "true" });
    const data = new ImageData(SIDE, SIDE);
    pixels.forEach((v, i) => data.data.set([v, v, v, 255], 4 * i));
    canvas.getContext("2d").putImageData(data, 0, 0);
    return canvas;
  }

  class Controls {
    constructor(widget) {
      this.widget = widget;
      const bytes = lab.bytes(lab.samples.pictures);
      this.samples = lab.samples.labels.map((label, i) => ({
        label, pixels: bytes.slice(i * PIXELS, (i + 1) * PIXELS),
      }));
      this.strip = this.makeStrip();
      this.sliders = this.makeSliders();
      this.buttons = this.makeButtons();
      this.switches = this.makeSwitches();
    }

    button(key, act, attributes = {}) {
      return el("button", { class: "button", type: "button",
                            onclick: act, ...attributes },
                [this.widget.t(key)]);
    }

    makeStrip() {
      const { widget } = this;
      this.thumbs = new lab.Thumbs(widget.t("samples"),
        this.samples.map(({ label, pixels }, i) => el("button", {
          class: "thumb", type: "button", "aria-pressed": "false",
          "aria-label": widget.t("sample", { name: widget.names[label],
                                             n: i + 1 }),
          title: widget.names[label], tabindex: "-1",
          onclick: () => widget.show(pixels, i),
        }, [thumbnail(pixels)])));
      const own = (key, act) => el("button", {
        class: "button own", type: "button", onclick: act,
      }, [lab.icon(key), widget.t(key)]);
      const file = lab.fileField((one) => widget.open(one));
      this.draw = own("draw", () => widget.draw(!widget.drawing));
      return el("div", { class: "strip" }, [
        this.draw, own("open", () => file.click()), file,
        this.thumbs.element,
      ]);
    }

    makeSliders() {
      const { widget } = this;
      const slider = (key, least, most, act) => {
        const attributes = { min: least, max: most, step: 1,
                             "aria-label": widget.t(key) };
        const range = el("input", { type: "range", ...attributes,
                                    oninput: () => act(+range.value) });
        const field = el("input", {
          type: "number", class: "number", inputmode: "numeric", step: 1,
          "aria-label": widget.t("inPixels", { what: widget.t(key) }),
          onchange: () => act(+field.value),
        });
        const row = el("div", { class: "slider" },
          [el("span", {}, [widget.t(key)]), range, field,
           el("span", { class: "note" }, ["px"])]);
        return { range, field, row };
      };
      this.canvas = slider("canvas", 20, 96, (n) => widget.resize(n));
      this.garment = slider("garment", SMALLEST_GARMENT, 56, (n) => {
        if (n > 0) widget.scene.scaleTo(n); // an empty field is 0
        widget.changed();
      });
      return el("div", { class: "sliders" },
                [this.canvas.row, this.garment.row]);
    }

    makeButtons() {
      const { widget } = this;
      const edit = (key) => this.button(key, () => widget.edit(key));
      this.add = this.button("add", () => widget.addSecond());
      this.remove = edit("remove");
      this.undo = edit("undo"); // these two while the reader draws
      this.clear = edit("clear");
      return el("div", { class: "row buttons" }, [
        this.add, this.remove, this.undo, this.clear, edit("mirror"),
        this.button("restart", () => widget.restart()),
      ]);
    }

    // A choice of one among few.
    choice(key, options, chosen, act) {
      const buttons = options.map((option) =>
        this.button(option, () => act(option),
                    { "aria-pressed": String(option === chosen) }));
      const group = el("div", { class: "choice", role: "group",
                                "aria-label": this.widget.t(key) }, buttons);
      group.mark = (option) => buttons.forEach((button, i) =>
        button.setAttribute("aria-pressed", options[i] === option));
      const label = el("span", { class: "note" }, [this.widget.t(key)]);
      return { group, box: el("div", { class: "labelled" }, [label, group]) };
    }

    makeSwitches() {
      const { widget } = this;
      const toggle = (key) => this.button(key, () => widget.toggle(key),
        { "aria-pressed": String(widget.shown[key]) });
      this.head = this.choice("head", ["gap", "fc"], "gap",
                              (head) => widget.setHead(head));
      this.trained = this.choice("trained", ["canvas28", "only28"],
                                 "canvas28", (key) => widget.setWeights(key));
      this.evidence = toggle("evidence");
      this.mask = toggle("mask");
      const show = el("div", { class: "labelled" }, [
        el("span", { class: "note" }, [widget.t("show")]),
        el("div", { class: "row" }, [this.evidence, this.mask]),
      ]);
      return el("div", { class: "switches" },
                [this.head.box, this.trained.box, show]);
    }

    // Bring all controls up to date with the widget.
    show() {
      const { drawing, head, scene, shown, weights } = this.widget;
      this.thumbs.mark(scene.garment.sample ?? null);
      this.canvas.range.value = this.canvas.field.value = scene.canvas;
      this.garment.range.max = scene.canvas;
      this.garment.range.value = scene.garment.side;
      this.garment.field.value = scene.garment.side;
      this.remove.disabled = scene.garments.length < 2;
      this.add.hidden = this.remove.hidden = drawing;
      this.undo.hidden = this.clear.hidden = !drawing;
      this.undo.disabled = !scene.garment.past.length;
      this.draw.setAttribute("aria-pressed", drawing);
      this.evidence.setAttribute("aria-pressed", shown.evidence);
      this.mask.setAttribute("aria-pressed", shown.mask);
      this.head.group.mark(head);
      this.evidence.disabled = this.mask.disabled = head === "fc";
      this.trained.group.mark(weights);
    }
  }

  lab.Controls = Controls;
})(window.NinLab);
