// <nin-canvas>: the trained network, its confidence maps, and a garment that
// the reader moves.
(function (lab) {
  "use strict";

  const { el } = lab;
  const STATUS_PAUSE = 500; // ms between announcements

  class Canvas extends lab.actions(lab.Widget) {
    async render(root) {
      this.names = this.t("classes");
      this.shown = { evidence: true, mask: false };
      Object.assign(this, { head: "gap", weights: "canvas28", pinned: null,
                            cell: null, drawing: false, updates: 0 });
      this.scene = new lab.Scene();
      const note = el("p", { class: "note" }, [this.t("loading")]);
      root.append(note);
      try {
        await this.load(this.weights);
      } catch (error) {
        this.failToLoad(error, () => {
          root.querySelector(".retry").remove();
          this.ready = this.render(root).then(() => this.still.remove());
        });
        throw Object.assign(error, { told: true });
      } finally {
        note.remove();
      }
      this.build(root);
      this.restart();
      this.update();
    }

    failToLoad(error, again) {
      this.fail("noWeights", { reason: error.message });
      this.shadowRoot.append(el("button", {
        class: "button retry", type: "button",
        onclick: () => {
          this.clearFailure();
          again();
        },
      }, [this.t("retry")]));
    }

    build(root) {
      this.controls = new lab.Controls(this);
      this.stage = new lab.Stage(this);
      this.rows = new lab.Rows(this);
      this.numbers = new lab.Numbers(this);
      this.status = el("p", { class: "note number", role: "status" });
      const { buttons, sliders, strip, switches } = this.controls;
      const keys = el("p", { id: "keys", class: "unseen" }, [this.t("keys")]);
      root.append(el("div", { class: "lab" }, [
        strip, this.stage.element, this.rows.element,
        el("div", { class: "tools" }, [sliders, buttons, keys]),
        switches, this.numbers.element, this.status,
      ]));
      lab.listen(this.stage);
      lab.listenForFiles(this);
    }

    // The class whose map is shown large: the reader's choice or the winner.
    get chosen() {
      return this.preview ?? this.pinned ?? Math.max(this.result.top, 0);
    }

    // Everything is computed anew before the next frame, once.
    changed() {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null;
        this.update();
      });
    }

    update() {
      const side = this.scene.canvas, picture = this.scene.picture();
      this.result = lab.outcome(this.net, picture, side, this.head,
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

    announce() {
      this.pause ??= setTimeout(() => {
        this.pause = null;
        const { h, w, side, ms, top, shares } = this.result;
        const verdict = shares
          ? this.t("verdict", { name: this.names[top],
                                share: Math.round(100 * shares[top]) })
          : this.refusal;
        const size = this.t("status", { h, w, side, ms: Math.ceil(ms) });
        this.status.textContent = `${verdict} ${size}`;
      }, STATUS_PAUSE);
    }
  }

  lab.define("canvas", Canvas, lab.canvasStyle);
})(window.NinLab);
