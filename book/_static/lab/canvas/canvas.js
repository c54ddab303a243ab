// <nin-canvas>: the trained network, its confidence maps, and a garment that
// the reader moves.
(function (lab) {
  "use strict";

  const { el, sizes: { LARGEST_CANVAS, SIDE } } = lab;
  const LARGEST_DRAWING = 40; // pixels; the largest garment of the training
  const WEIGHTS = { canvas28: "canvas", only28: "28" };

  // From an image to all that is shown of the network's answer.
  // head: "gap" or "fc". Without an answer `scores` and `shares` are null and
  // `top` is -1; without maps `cells` is null.
  function outcome(net, picture, side, head, masked) {
    const values = Float32Array.from(picture, (v) => v / 255);
    const run = net.run(values, side, side);
    const fc = head === "fc" && Boolean(net.head);
    const scores = fc ? net.fullyConnected(run) : run.logits;
    const answer = { ...lab.answer(run, scores, masked), side, picture };
    return fc ? { ...answer, cells: null } : answer;
  }

  class Canvas extends lab.Live {
    async render(root) {
      this.names = this.t("classes");
      this.shown = { evidence: true, mask: false };
      Object.assign(this, { head: "gap", weights: "canvas28", pinned: null,
                            cell: null, drawing: false, updates: 0 });
      this.scene = new lab.Scene();
      await this.bring(root, () => this.load(this.weights));
      this.build(root);
      this.restart();
      if (this.hasAttribute("compact")) this.update();
      else await this.followAddress();
    }

    // Begin in the state that the page's address names, and keep it there.
    async followAddress() {
      const follow = () => {
        const state = lab.address.read(location.hash, this.net.smallest);
        return state && this.apply(state);
      };
      await follow();
      this.update();
      this.address = lab.address.write(this); // what need not be written
      addEventListener("hashchange", follow);
    }

    // Of several that were asked for the last one counts, not the latest.
    async load(key) {
      this.wanted = key;
      const net = await lab.engine.load(WEIGHTS[key]);
      if (key === this.wanted) Object.assign(this, { net, weights: key });
    }

    build(root) {
      this.controls = new lab.Controls(this);
      this.stage = new lab.Stage(this);
      this.rows = new lab.HeadRows(this);
      this.numbers = new lab.Numbers(this);
      this.status = el("p", { class: "note number", role: "status" });
      const { buttons, sliders, strip, switches } = this.controls;
      const keys = el("p", { id: "keys", class: "unseen" }, [this.t("keys")]);
      root.append(el("div", { class: "lab" }, [
        strip, this.stage.element, this.rows.element,
        el("div", { class: "tools" }, [sliders, buttons, keys]),
        switches, this.status, this.numbers.element,
      ]));
      lab.listen(this.stage);
      lab.listenForFiles(this);
    }

    update() {
      const side = this.scene.canvas, picture = this.scene.picture();
      this.result = outcome(this.net, picture, side, this.head,
                            this.shown.mask);
      this.updates++;
      this.redraw();
      this.controls.show();
      this.announce();
    }

    redraw() {
      this.stage.draw();
      this.rows.show();
      this.numbers.show();
    }

    // Why the fully connected head gives no answer.
    get refusal() {
      const { features, h, w, scores } = this.result;
      const count = (n) => n.toLocaleString(lab.language);
      return scores ? "" : this.t("refusal", {
        h, w, needs: count(this.net.head.inputs),
        gets: count(features.length),
      });
    }

    tell() {
      const { h, w, side, ms, top, shares } = this.result;
      const verdict = shares // a refusal speaks for itself
        ? this.t("verdict", { name: this.names[top],
                              share: Math.round(100 * shares[top]) })
        : "";
      const size = this.t("status", { h, w, side, ms: Math.ceil(ms) });
      this.status.textContent = `${verdict} ${size}`;
      if (this.address !== undefined) this.keepAddress();
    }

    // Images of the reader's own have no address.
    keepAddress() {
      const address = lab.address.write(this);
      if (address === this.address) return;
      this.address = address;
      const { pathname, search } = location;
      const hash = address && `#${address}`;
      history.replaceState(history.state, "", pathname + search + hash);
    }

    // What the controls ask for.

    show(pixels, sample = null) {
      this.turn = {};
      this.clearFailure();
      if (this.drawing) this.draw(false);
      this.scene.show(pixels);
      this.scene.garment.sample = sample;
      this.rows.forgetScale();
      this.changed();
    }

    edit(action) {
      this.scene[action]();
      if (action === "clear") this.stage.say("drawHere");
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

    // A canvas that the fully connected head takes.
    fit() {
      this.resize(SIDE);
      this.stage.canvas.focus({ preventScroll: true });
    }

    addSecond() {
      const { samples } = this.controls, last = samples.length - 1;
      if (this.drawing) this.draw(false);
      const sample = this.scene.garment.sample === last ? 0 : last;
      this.scene.add(samples[sample].pixels);
      this.scene.garment.sample = sample;
      this.changed();
    }

    // Begin with an empty image that fills the canvas, or end.
    draw(begin) {
      this.drawing = begin;
      this.stage.pen = null;
      this.stage.say(null);
      if (begin) {
        this.restart();
        this.show(new Uint8Array(SIDE * SIDE));
        this.scene.scaleTo(LARGEST_DRAWING);
        this.drawing = true;
        this.stage.say("drawHere");
        this.stage.canvas.focus({ preventScroll: true });
      }
      this.changed();
    }

    // `opening` is settled when the file is shown or refused.
    open(file) {
      this.opening = this.take(file, lab.upload,
                               (pixels) => this.show(pixels));
    }

    // Only one of the networks has a fully connected head.
    async setHead(head) {
      const asked = (this.asked = {});
      if (head === "fc" && this.wanted !== "canvas28") {
        await this.setWeights("canvas28");
        if (asked !== this.asked) return; // another was chosen meanwhile
      }
      if (head === "fc" && !this.net.head) return; // it did not load
      this.head = head;
      this.rows.forgetScale();
      this.changed();
    }

    async setWeights(key) {
      try {
        await this.load(key);
        if (key !== this.wanted) return;
        if (!this.net.head) this.head = "gap";
        this.rows.forgetScale();
        this.clearFailure();
        this.changed();
      } catch (error) {
        if (key !== this.wanted) return;
        this.wanted = this.weights;
        this.fail("noWeights", { reason: error.message });
      }
    }

    // Put the whole lab into a state that the page describes: canvas, sample,
    // side, top, left, mirror, second (another sample), side2, top2, left2,
    // mirror2, head, weights, mask.
    async set(state) {
      await this.ready;
      if (this.controls) await this.apply(state); // else it did not load
    }

    async apply(state) {
      this.restart();
      const { samples } = this.controls, { scene } = this;
      if (state.canvas) scene.resize(+state.canvas);
      if (state.sample) {
        this.show(samples[state.sample].pixels, +state.sample);
      }
      this.place(0, state);
      if (state.second) {
        scene.add(samples[state.second].pixels);
        scene.garment.sample = +state.second;
        if (state.side2) { // both have their places
          scene.resize(+(state.canvas ?? scene.canvas));
          this.place(0, state);
          this.place(1, state);
        }
      }
      this.shown.mask = "mask" in state;
      const weights = state.weights ?? "canvas28";
      this.head = weights === "canvas28" ? state.head ?? "gap" : "gap";
      if (weights !== this.wanted) await this.setWeights(weights);
      this.rows.forgetScale();
      this.changed();
    }

    place(i, state) {
      const keys = lab.address.GARMENTS[i], { scene } = this;
      scene.selected = i;
      const { garment } = scene;
      if (state[keys.side]) scene.scaleTo(+state[keys.side]);
      scene.moveTo(+(state[keys.top] ?? garment.top),
                   +(state[keys.left] ?? garment.left));
      if (keys.mirrored in state && !garment.mirrored) scene.mirror();
    }

    restart() {
      if (this.drawing) this.draw(false);
      this.scene.garments.length = 0;
      this.scene.canvas = +(this.getAttribute("canvas") ?? SIDE);
      this.pinned = this.preview = this.cell = null;
      this.clearFailure();
      const sample = +(this.getAttribute("sample") ?? 0);
      this.show(this.controls.samples[sample].pixels, sample);
    }
  }

  lab.define("canvas", Canvas);
})(window.NinLab);
