// <nin-train>: a plain filter and a micro network learn the edge task, side
// by side. The mathematics is in micro.js.
(function (lab) {
  "use strict";

  const { el } = lab, { create, evaluate, solved, step } = lab.micro;
  const { key, panel } = lab.trainView;
  const STEPS = 200, STARTS = 20;
  const SETTINGS = {
    channels: [1, 2, 4, 8], layers: [1, 2, 3], rate: [0.01, 0.05, 0.2, 1],
  };
  const NAMES = ["filter", "micro"];

  // The filter stands still: its loss has been ln 2 for a while.
  const settled = (history) => history.length > 20 &&
    history.slice(-20).every((loss) => loss - Math.LN2 < 0.0001);

  class Train extends lab.Widget {
    render(root) {
      Object.assign(this, {
        channels: 8, choices: {}, layers: 2, rate: 0.05, seed: 1,
      });
      this.panels = Object.fromEntries(NAMES.map((name) => [name, panel(
        this.t(name), { axis: this.t("axis", { steps: STEPS }),
                        loss: this.t("loss"), steps: STEPS })]));
      this.status = el("p", { class: "unseen", role: "status" });
      this.count = el("div", { "aria-live": "polite", class: "counts number" });
      root.append(
        el("div", { class: "settings" },
          Object.keys(SETTINGS).map((name) => this.choice(name))),
        this.buttons(), el("div", { class: "panels" },
          NAMES.map((name) => this.panels[name].element)),
        this.legend(), this.button("starts", () => this.countStarts()),
        this.count, this.status);
      this.restart();
    }

    button(name, act) {
      return el("button", { class: "button", name, onclick: act,
                            type: "button" },
        this.t(name, { starts: STARTS }));
    }

    // One value of a few.
    choice(name) {
      const buttons = SETTINGS[name].map((value) => el("button", {
        class: "button number", onclick: () => this.set({ [name]: value }),
        type: "button",
      }, `${value}`));
      this.choices[name] = buttons;
      return el("div", { "aria-labelledby": name, role: "group" }, [
        el("span", { class: "note", id: name }, this.t(name)),
        el("div", { class: "choice" }, buttons),
      ]);
    }

    buttons() {
      this.train = this.button("train", () => this.toggle());
      this.where = el("span", { class: "note number" });
      return el("div", { class: "row buttons" }, [
        this.train,
        this.button("one", () => {
          this.stop();
          this.learn(1);
          this.tell();
        }),
        this.button("again", () => this.restart()),
        this.button("fresh", () => this.set({ seed: this.seed + 1 })),
        this.where,
      ]);
    }

    legend() {
      const sign = (name, text) => el("span", {},
        [el("span", { "aria-hidden": "true", class: `sign ${name}` }, text),
         ` ${this.t(name)}`]);
      return el("p", { class: "legend note" }, [
        sign("edge", "■"), sign("plain", "●"), sign("wrong", "×"),
        el("span", {}, [`${this.t("colour")} `, key()]),
      ]);
    }

    // Other settings mean another start; what runs goes on running.
    set(settings) {
      const running = this.frame;
      Object.assign(this, settings);
      if ("layers" in settings || "rate" in settings) {
        this.count.replaceChildren();
      }
      this.restart();
      if (running) this.toggle();
    }

    restart() {
      this.stop();
      this.nets = {
        filter: create(0, 0, this.seed),
        micro: create(this.channels, this.layers, this.seed),
      };
      this.history = { filter: [], micro: [] };
      this.note();
      this.draw();
      this.tell();
    }

    get steps() {
      return this.nets.filter.steps;
    }

    // Train, pause; without motion straight to the end.
    toggle() {
      if (this.frame) {
        this.stop();
        return this.tell();
      }
      if (this.steps === STEPS) this.restart();
      if (lab.reducedMotion()) {
        this.learn(STEPS);
        return this.tell();
      }
      const next = () => {
        this.learn(1);
        if (this.steps < STEPS) this.frame = requestAnimationFrame(next);
        else {
          this.stop();
          this.tell();
        }
      };
      this.frame = requestAnimationFrame(next);
      this.train.textContent = this.t("pause");
    }

    stop() {
      cancelAnimationFrame(this.frame);
      this.frame = null;
      this.train.textContent = this.t("train");
    }

    // Go on by `count` steps, and begin again after the last.
    learn(count) {
      if (this.steps === STEPS) this.restart();
      for (let i = 0; i < count && this.steps < STEPS; i++) {
        for (const name of NAMES) step(this.nets[name], this.rate);
        this.note();
      }
      this.draw();
    }

    // What the networks can do now.
    note() {
      this.result = {};
      for (const name of NAMES) {
        const found = evaluate(this.nets[name]);
        this.history[name].push(found.loss);
        this.result[name] = found;
      }
    }

    draw() {
      for (const [name, buttons] of Object.entries(this.choices)) {
        buttons.forEach((button, i) => button.setAttribute(
          "aria-pressed", SETTINGS[name][i] === this[name]));
      }
      this.where.textContent = this.t("where", {
        seed: this.seed, step: this.steps, steps: STEPS,
      });
      for (const name of NAMES) {
        const { readout, say } = this.panels[name];
        this.panels[name].draw(
          this.nets[name], this.history[name], this.result[name]);
        this.readout(name).forEach((text, i) =>
          (readout[i].textContent = text));
        lab.tell(say, this.verdict(name));
      }
    }

    readout(name) {
      const { loss, right } = this.result[name];
      return [this.t("lossNow", { loss: loss.toFixed(3) }),
              this.t("rightNow", { right })];
    }

    // What there is to say of a network, and why it is so.
    verdict(name) {
      const { right } = this.result[name], end = this.steps === STEPS;
      if (name === "filter") {
        return settled(this.history.filter) ? this.t("settled") : "";
      }
      if (right === 4) return this.t("bends");
      if (!end) return "";
      return this.t(this.channels === 1 ? "ridge" : "stuck", { right });
    }

    // Tell a screen reader where the networks are, when they rest.
    tell() {
      const all = NAMES.map((name) =>
        `${this.t(name)}: ${this.readout(name).join(", ")}.`);
      this.status.textContent =
        [`${this.where.textContent}.`, ...all].join(" ");
    }

    // How often each width gets all four right, without a picture.
    countStarts() {
      const cards = SETTINGS.channels.map((channels) => {
        const count =
          solved(channels, this.layers, this.rate, STEPS, STARTS);
        return el("div", {}, [
          el("dt", {}, this.t("width", { channels })),
          el("dd", {}, `${count}/${STARTS}`),
        ]);
      });
      this.count.replaceChildren(el("p", { class: "note" },
        this.t("counts")), el("dl", { class: "cards" }, cards));
    }
  }

  lab.define("train", Train);
})(window.NinLab);
