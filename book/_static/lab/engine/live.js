// A widget around a network that runs: it comes, or says why it does not;
// whatever changes is computed once a frame.
(function (lab) {
  "use strict";

  const { el } = lab;

  // Subclasses have `update`, `redraw` and `tell`.
  class Live extends lab.Widget {
    // Settled when `load` has brought the weights; if it fails, a button
    // begins again.
    async bring(root, load) {
      await lab.engine.compile();
      const note = el("p", { class: "note" }, [this.t("loading")]);
      root.append(note);
      try {
        await load();
      } catch (error) {
        this.failToLoad(error, () => {
          root.querySelector(".retry").remove();
          this.ready = this.render(root).then(() => this.still.remove())
            .catch((error) => console.error(error)); // it was told
        });
        throw Object.assign(error, { told: true });
      } finally {
        note.remove();
      }
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

    // The class whose map is shown large: the reader's choice or the winner.
    get chosen() {
      return this.preview ?? this.pinned ?? Math.max(this.result.top, 0);
    }

    choose(c) {
      this.pinned = this.pinned === c ? null : c;
      this.redraw();
    }

    toggle(key) {
      this.shown[key] = !this.shown[key];
      this.changed();
    }

    // Show what `read` makes of a file of the reader's, unless something else
    // was chosen meanwhile.
    async take(file, read, show) {
      const turn = (this.turn = {});
      try {
        const found = await read(file);
        if (turn !== this.turn) return;
        this.clearFailure();
        show(found);
      } catch (error) {
        if (turn !== this.turn) return;
        this.fail(error.key ?? "noPicture",
                  error.values ?? { name: file.name });
      }
    }

    // Everything is computed anew before the next frame, once.
    changed() {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null;
        this.attempt();
      });
    }

    // Update, or say why not: memory may be short. Returns whether it did.
    attempt() {
      try {
        this.update();
        return true;
      } catch (error) {
        console.error(error);
        this.fail("broken", { reason: error.message });
        return false;
      }
    }

    announce() {
      this.later(500, () => this.tell());
    }
  }

  lab.Live = Live;
})(window.NinLab);
