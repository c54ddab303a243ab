// What the controls of <nin-canvas> ask for.
(function (lab) {
  "use strict";

  const { sizes: { LARGEST_CANVAS, SIDE } } = lab;
  const LARGEST_DRAWING = 40; // pixels; the largest garment of the training
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
        this.scene.scaleTo(LARGEST_DRAWING);
        this.drawing = true;
        this.stage.canvas.focus({ preventScroll: true });
      }
      this.changed();
    }

    // `opening` is settled when the file is shown or refused.
    open(file) {
      this.opening = this.take(file);
    }

    async take(file) {
      try {
        const pixels = await lab.upload(file);
        this.clearFailure();
        this.show(pixels);
      } catch (error) {
        this.fail(error.key, error.values);
      }
    }

    // Only one of the networks has a fully connected head.
    async setHead(head) {
      if (head === "fc" && !this.net.head) await this.setWeights("canvas28");
      if (head === "fc" && !this.net.head) return; // it did not load
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

    // Put the whole lab into a state that the page describes: canvas, sample,
    // side, top, left, second (another sample), head, weights, mask.
    async set(state) {
      await this.ready;
      if (!this.controls) return; // it did not load, and says so
      this.restart();
      const { samples } = this.controls, { scene } = this;
      if (state.canvas) scene.resize(+state.canvas);
      if (state.sample) {
        this.show(samples[state.sample].pixels, +state.sample);
      }
      if (state.side) scene.scaleTo(+state.side);
      const { top, left } = scene.garment;
      scene.moveTo(+(state.top ?? top), +(state.left ?? left));
      if (state.second) scene.add(samples[state.second].pixels);
      this.shown.mask = "mask" in state;
      this.head = state.head ?? "gap";
      const weights = state.weights ?? "canvas28";
      if (weights !== this.weights) await this.setWeights(weights);
      this.rows.forgetScale();
      this.changed();
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
