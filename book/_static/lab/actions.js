// What the controls of <nin-canvas> ask for.
(function (lab) {
  "use strict";

  const { sizes: { LARGEST_CANVAS, SIDE } } = lab;
  const WEIGHTS = { canvas28: "canvas", only28: "28" };

  lab.actions = (Base) => class extends Base {
    // The attribute `only` names the kernels, "js" or "wasm", for the tests.
    async load(key) {
      const only = this.getAttribute("only");
      this.net = await lab.engine.load(WEIGHTS[key], only);
      this.weights = key;
    }

    show(pixels, sample = null) {
      this.sample = sample;
      if (this.drawing) this.draw(false);
      this.scene.show(pixels);
      this.rows.forgetScale();
      this.changed();
    }

    choose(c) {
      this.pinned = this.pinned === c ? null : c;
      this.redraw();
    }

    toggle(key) {
      this.shown[key] = !this.shown[key];
      this.changed();
    }

    edit(action) {
      this.scene[action]();
      this.changed();
    }

    resize(side) {
      const least = this.net.smallest, most = LARGEST_CANVAS;
      if (!Number.isInteger(side)) this.fail("noNumber");
      else if (side < least) this.fail("tooSmall", { n: side, least });
      else if (side > most) this.fail("bigOnly", { n: side, most });
      else {
        this.clearFailure();
        if (this.drawing) this.draw(false);
        this.scene.resize(side);
      }
      this.changed();
    }

    addSecond() {
      const { samples } = this.controls, last = samples.length - 1;
      if (this.drawing) this.draw(false);
      this.sample = this.sample === last ? 0 : last;
      this.scene.add(samples[this.sample].pixels);
      this.changed();
    }

    // Begin with an empty picture that fills the canvas, or end.
    draw(begin) {
      this.drawing = begin;
      this.stage.pen = null;
      if (begin) {
        this.restart();
        this.show(new Uint8Array(SIDE * SIDE));
        this.drawing = true;
        this.stage.canvas.focus({ preventScroll: true });
      }
      this.changed();
    }

    async open(file) {
      try {
        const pixels = await lab.upload(file);
        this.clearFailure();
        this.show(pixels);
      } catch (error) {
        this.fail(error.key, error.values);
      }
    }

    setHead(head) {
      this.head = head;
      this.rows.forgetScale();
      this.changed();
    }

    async setWeights(key) {
      try {
        await this.load(key);
        if (!this.net.head) this.head = "gap";
        this.rows.forgetScale();
        this.clearFailure();
        this.changed();
      } catch (error) {
        this.fail("noWeights", { reason: error.message });
      }
    }

    restart() {
      this.drawing = false;
      this.scene.garments.length = 0;
      this.scene.canvas = +(this.getAttribute("canvas") ?? SIDE);
      this.pinned = this.cell = null;
      this.clearFailure();
      const sample = +(this.getAttribute("sample") ?? 0);
      this.show(this.controls.samples[sample].pixels, sample);
    }
  };
})(window.NinLab);
