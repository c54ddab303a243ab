// The patients of the plateau: a small stack of layers with ten channels at
// the end, made-up vectors to train on, and what became of it.
(function (lab) {
  "use strict";

  const { create, generator, gradients, largestGradient, step } = lab.network;
  const BATCH = 32, CLASSES = 10, INPUTS = 32, VECTORS = 320;
  const WIDTHS = [INPUTS, 32, 32, 10, 10, CLASSES];
  const CHANCE = Math.log(CLASSES);
  const PLATEAU = 0.05; // below ln 10, as in the chapter's record
  const SIGNS = {
    blind: "∅", dead: "†", diverges: "∞", learns: "✓", plateau: "≈",
  };

  // How each initialisation of MXNet draws a weight; the biases are 0.
  const average = ({ inputs, outputs }) => (inputs + outputs) / 2;
  const INITS = {
    "Normal(0.05)": (layer, random) => 0.05 * random.normal(),
    Xavier: (layer, random) =>
      Math.sqrt(3 / average(layer)) * (2 * random.uniform() - 1),
    MSRAPrelu: (layer, random) =>
      Math.sqrt(2 / (1 + 0.25 ** 2) / average(layer)) * random.normal(),
  };

  // Vectors like those that reach the tutorial's last block: never negative,
  // nearly the same for all classes; x [320 × 32], labels [320].
  function makeVectors() {
    const random = generator(2303);
    const vector = (make) => Array.from({ length: INPUTS }, make);
    const shared = vector(() => Math.abs(random.normal()));
    const own = Array.from({ length: CLASSES },
      () => vector(() => random.normal()));
    const labels = Int32Array.from({ length: VECTORS }, (_, i) => i % CLASSES);
    const x = Float64Array.from({ length: VECTORS * INPUTS }, (_, at) => {
      const c = at % INPUTS, k = labels[Math.floor(at / INPUTS)];
      const value = shared[c] + 0.13 * own[k][c] + 0.08 * random.normal();
      return 0.5 * Math.max(value, 0);
    });
    return { labels, x };
  }

  // Pass after pass over all vectors, each in a new order.
  function* batches({ labels, x }, random) {
    const order = Array.from(labels, (_, i) => i);
    for (;;) {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(random.uniform() * (i + 1));
        [order[i], order[j]] = [order[j], order[i]];
      }
      for (let at = 0; at < order.length; at += BATCH) {
        const chosen = order.slice(at, at + BATCH);
        const part = new Float64Array(BATCH * INPUTS);
        chosen.forEach((i, row) => part.set(
          x.subarray(i * INPUTS, (i + 1) * INPUTS), row * INPUTS));
        yield [part, Int32Array.from(chosen, (i) => labels[i])];
      }
    }
  }

  // What the logits [n × classes] of all vectors and their loss say.
  function verdict(logits, classes, loss) {
    if (!Number.isFinite(loss)) return "diverges";
    if (logits.every((score) => score === 0)) return "dead";
    if (logits.every((score, i) => score === logits[i % classes])) {
      return "blind";
    }
    return loss > CHANCE - PLATEAU ? "plateau" : "learns";
  }

  class Patient {
    constructor({ init, lastRelu, rate, seed }) {
      this.rate = rate;
      this.steps = 0;
      this.net = create(WIDTHS, lastRelu);
      this.vectors = Patient.vectors ??= makeVectors();
      const random = generator(seed);
      for (const layer of this.net.layers) {
        layer.W.forEach((_, i) => (layer.W[i] = INITS[init](layer, random)));
      }
      this.batches = batches(this.vectors, random);
    }

    train(steps) {
      for (let i = 0; i < steps; i++) {
        step(this.net, ...this.batches.next().value, this.rate);
      }
      this.steps += steps;
    }

    // Examine it on all vectors; the gradient is that of their mean loss.
    look() {
      const { labels, x } = this.vectors;
      const { accuracy, logits, loss } = gradients(this.net, x, labels);
      const means = new Array(CLASSES).fill(0), live = new Set();
      logits.forEach((score, i) => {
        means[i % CLASSES] += score / VECTORS;
        if (score !== 0) live.add(i % CLASSES);
      });
      return {
        accuracy, dead: CLASSES - live.size, loss, means,
        gradient: largestGradient(this.net), steps: this.steps,
        verdict: verdict(logits, CLASSES, loss),
      };
    }
  }

  lab.patient = { CHANCE, INITS, Patient, SIGNS, verdict };
})(window.NinLab);
