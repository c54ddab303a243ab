// <nin-plateau>: a small network trains in the page, and sleeps, wakes or
// dies. The network is in network.js, its start and its verdict in patient.js.
(function (lab) {
  "use strict";

  const { el } = lab, { Chart, lastStep } = lab.plateauChart;
  const { CHANCE, INITS, Patient, SIGNS } = lab.patient;
  const RATES = [0.01, 0.03, 0.1, 0.3, 1];
  const RUN = 2000; // steps of one training, unless it is stopped
  const AFTER = 50; // steps that are still made when nothing can change
  const STARTS = 20, LONG = 1000; // seeds, and the steps each is given
  const SLICE = 12; // milliseconds a frame

  // Nothing can change any more. (A blind one with a ReLU at the end may die.)
  const over = ({ verdict }) => verdict === "dead" || verdict === "diverges";

  // The ends between which nearly all values lie: spikes are cut off.
  function ends(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
    return {
      high: Math.max(0.2, Math.min(1.3 * at(0.99), at(1))),
      low: Math.min(0, Math.max(1.3 * at(0.01), at(0))),
    };
  }

  // 0.013, 3·10⁻⁷; exactly zero is 0.
  function small(value) {
    if (!Number.isFinite(value)) return "∞";
    if (!value || value >= 1e-4) return `${Number(value.toPrecision(2))}`;
    const [digits, power] = value.toExponential(0).split("e-");
    const raised = [...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
    return `${digits}·10⁻${raised}`;
  }

  class Plateau extends lab.Widget {
    render(root) {
      this.settings = {
        init: "Xavier", lastRelu: true, rate: 0.1, seed: 1,
      };
      this.calm = lab.reducedMotion();
      this.status = el("p", { class: "unseen", role: "status" });
      root.append(this.choices(), this.tools(), this.finding(),
        ...this.charts(), this.many(), el("p", { class: "note" },
          this.t("toy")), this.status);
      this.restart();
      new ResizeObserver(() => this.drawCharts()).observe(this);
    }

    button(key, act, attributes = {}) {
      return el("button", {
        class: "button", onclick: act, type: "button", ...attributes,
      }, this.t(key));
    }

    choices() {
      const choice = (key, options) => {
        const buttons = options.map((option) => el("button", {
          "aria-pressed": String(option === this.settings[key]),
          class: "button", onclick: () => {
            buttons.forEach((button, i) => button.setAttribute(
              "aria-pressed", options[i] === option));
            this.change({ [key]: option });
          }, type: "button",
        }, `${option}`));
        return el("div", { class: "labelled" }, [
          el("span", { class: "note" }, this.t(key)),
          el("div", { "aria-label": this.t(key), class: "choice",
                      role: "group" }, buttons),
        ]);
      };
      const relu = this.button("lastRelu", () => {
        const on = !this.settings.lastRelu;
        relu.setAttribute("aria-pressed", on);
        this.change({ lastRelu: on });
      }, { "aria-pressed": "true" });
      return el("div", { class: "choices" }, [
        choice("rate", RATES), choice("init", Object.keys(INITS)), relu,
      ]);
    }

    tools() {
      this.trainButton = this.button("train", () =>
        this.frame ? this.pause() : this.train());
      return el("div", { class: "row tools" }, [
        this.trainButton, this.button("step", () => this.oneStep()),
        this.button("again", () => this.restart()),
        this.button("newSeed", () =>
          this.change({ seed: this.settings.seed + 1 })),
      ]);
    }

    finding() {
      this.sign = el("span", { "aria-hidden": "true", class: "sign" });
      this.name = el("strong");
      this.words = el("span");
      const facts = ["seed", "steps", "loss", "accuracy", "dead", "gradient"];
      this.facts = facts.map((key) => [key, el("dd", { "data-fact": key })]);
      return (this.box = el("div", { class: "finding" }, [
        this.sign, el("p", {}, [this.name, " ", this.words]),
        el("dl", { class: "number" }, this.facts.map(([key, value]) =>
          el("div", {}, [el("dt", {}, this.t("facts")[key]), value]))),
      ]));
    }

    charts() {
      this.meanChart = new Chart("meanChart", 150);
      this.lossChart = new Chart("lossChart", 120);
      const titled = (key, { element }) => el("figure", {}, [
        el("figcaption", { class: "note" }, this.t(key)), element]);
      return [titled("meanChart", this.meanChart),
              titled("lossChart", this.lossChart)];
    }

    many() {
      this.manyButton = this.button("many", () =>
        this.trial ? this.pause() : this.startMany());
      this.tally = el("span", { class: "note number" });
      this.signs = [];
      this.strip = el("div", {
        "aria-label": this.t("strip"), class: "strip", role: "group",
      });
      return el("div", { class: "many" }, [
        el("div", { class: "row" }, [this.manyButton, this.tally]),
        this.strip,
      ]);
    }

    // Another setting: a fresh network; the strip is that of the old one.
    change(settings) {
      Object.assign(this.settings, settings);
      this.restart();
      if (!("seed" in settings)) this.clearStrip();
    }

    restart() {
      this.pause();
      this.patient = new Patient(this.settings);
      this.record = [];
      this.look();
      this.draw();
      this.markSeed();
    }

    look() {
      this.result = this.patient.look();
      this.record.push(this.result);
    }

    oneStep() {
      this.pause();
      this.patient.train(1);
      this.look();
      this.draw();
    }

    // One step a frame at first, later more and more.
    train() {
      this.pause();
      let end = this.patient.steps + RUN, found = false;
      const frame = () => {
        const { steps } = this.patient;
        const pace = Math.min(1 + Math.floor(steps / 50), 40);
        this.patient.train(Math.min(pace, end - steps));
        this.look();
        if (!found && over(this.result)) {
          found = true;
          end = Math.min(end, this.patient.steps + AFTER);
        }
        if (this.patient.steps === end) return this.pause();
        this.frame = requestAnimationFrame(frame);
        if (!this.calm) this.draw();
      };
      this.frame = requestAnimationFrame(frame);
      this.trainButton.textContent = this.t("pause");
      if (this.calm) this.say(this.t("training"));
    }

    // Stop whatever runs.
    pause() {
      const { frame, trial } = this;
      cancelAnimationFrame(frame);
      cancelAnimationFrame(trial);
      this.frame = this.trial = null;
      this.trainButton.textContent = this.t("train");
      this.manyButton.textContent = this.t("many");
      if (frame) this.draw();
      if (trial) this.tallyUp();
    }

    // Train one seed after the other, as much as fits into a frame.
    startMany() {
      this.pause();
      this.clearStrip();
      let patient = null;
      const frame = () => {
        const until = performance.now() + SLICE;
        while (performance.now() < until && this.signs.length < STARTS) {
          patient ??= new Patient(
            { ...this.settings, seed: this.signs.length + 1 });
          patient.train(10);
          if (patient.steps % 100) continue;
          const found = patient.look();
          if (patient.steps < LONG && !over(found)) continue;
          this.addStart(found.verdict);
          patient = null;
        }
        if (this.signs.length === STARTS) return this.pause();
        this.trial = requestAnimationFrame(frame);
        this.tally.textContent = this.t("progress", {
          all: STARTS, seed: this.signs.length + 1,
          steps: patient?.steps ?? 0,
        });
      };
      this.trial = requestAnimationFrame(frame);
      this.manyButton.textContent = this.t("stop");
    }

    clearStrip() {
      this.signs = [];
      this.strip.replaceChildren();
      this.tally.textContent = "";
    }

    // The sign of the next seed, to press: its patient is then shown above.
    addStart(verdict) {
      const seed = this.signs.push(verdict);
      const [name] = this.t("verdicts")[verdict];
      this.strip.append(el("button", {
        "aria-label": this.t("seedFound", { name, seed }),
        class: `start ${verdict}`, onclick: () => this.change({ seed }),
        type: "button",
      }, SIGNS[verdict]));
      this.markSeed();
    }

    // How many of each.
    tallyUp() {
      const names = this.t("verdicts");
      const counts = Object.keys(SIGNS).flatMap((verdict) => {
        const n = this.signs.filter((one) => one === verdict).length;
        return n ? `${SIGNS[verdict]} ${names[verdict][0]} ${n}` : [];
      }).join(" · ");
      this.tally.textContent = counts && this.t("tally", {
        counts, steps: LONG.toLocaleString("en"),
      });
      if (counts) this.say(this.tally.textContent);
    }

    markSeed() {
      const { seed } = this.settings;
      [...this.strip.children].forEach((button, i) =>
        button.setAttribute("aria-pressed", i + 1 === seed));
    }

    draw() {
      const { accuracy, dead, gradient, loss, steps, verdict } = this.result;
      const [name, words] = this.t("verdicts")[verdict];
      const shown = {
        accuracy: accuracy.toFixed(2), dead: `${dead} / 10`,
        gradient: small(gradient),
        loss: Number.isFinite(loss) ? loss.toFixed(3) : "∞",
        seed: this.settings.seed, steps,
      };
      for (const [key, value] of this.facts) value.textContent = shown[key];
      this.box.className = `finding ${verdict}`;
      this.sign.textContent = SIGNS[verdict];
      this.name.textContent = name;
      this.words.textContent = words;
      this.drawCharts();
      if (this.frame && verdict === this.told) return;
      this.told = verdict;
      this.say(this.t("status", { ...shown, dead, name }));
    }

    drawCharts() {
      const { record } = this, last = lastStep(this.patient.steps);
      const finite = record.filter(({ loss }) => Number.isFinite(loss));
      const losses = finite.map(({ loss }) => loss);
      this.meanChart.draw({
        ...ends(finite.flatMap(({ means }) => means)), last,
        lines: record[0].means.map((_, k) =>
          finite.map(({ means, steps }) => [steps, means[k]])),
      });
      this.lossChart.draw({
        high: Math.min(Math.max(2.6, ...losses), 4), last,
        lines: [finite.map(({ loss, steps }) => [steps, loss])],
        low: Math.min(2, ...losses.map((loss) => 0.95 * loss)),
        marked: CHANCE,
      });
    }

    say(text) {
      this.saying = text;
      this.later(1000, () => { this.status.textContent = this.saying; });
    }
  }

  lab.define("plateau", Plateau);
})(window.NinLab);
