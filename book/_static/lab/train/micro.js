// A filter and a micro network on the edge task: two pixels go in, one score
// comes out; logistic loss, Adam. All numbers in double precision. Nothing
// here knows of the page.
(function (lab) {
  "use strict";

  // The four patches (a, b); the target is 1 where the two pixels differ.
  const PATCHES = [[-1, -1], [-1, 1], [1, -1], [1, 1]];
  const TARGETS = [0, 1, 1, 0];
  const BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

  // A filter has no 1×1 layer; a micro network has `layers` of them behind
  // its window, the last of which gives the score.
  const widths = (channels, layers) => [2, ...Array(layers).fill(channels), 1];

  // Numbers to learn, their gradient, Adam's two averages.
  function numbers(n) {
    const zeros = () => new Float64Array(n);
    return { mean: zeros(), slope: zeros(), square: zeros(), value: zeros() };
  }

  // W [outputs × inputs] and b [outputs] of each layer, random like
  // Xavier(magnitude=2): uniform, variance 2 / (3 × mean of inputs and
  // outputs, counted with the window). The biases are 0.
  function create(channels, layers, seed) {
    const sizes = widths(channels, layers), random = lab.chance(seed);
    const all = sizes.slice(1).map((outputs, i) => {
      const inputs = sizes[i], window = i ? 1 : 2;
      const layer = {
        b: numbers(outputs), inputs, outputs, W: numbers(outputs * inputs),
      };
      const most = Math.sqrt(2 / ((inputs + outputs * window) / 2));
      layer.W.value.forEach((_, k, W) => (W[k] = most * (2 * random() - 1)));
      return layer;
    });
    return { layers: all, steps: 0 };
  }

  // What layer by layer becomes of one patch; the last is [score]. A ReLU
  // follows every layer but the last.
  function forward({ layers }, patch) {
    const outputs = [patch];
    layers.forEach(({ b, inputs, outputs: n, W }, at) => {
      const x = outputs[at], y = new Float64Array(n);
      for (let k = 0; k < n; k++) {
        let sum = b.value[k];
        for (let c = 0; c < inputs; c++) sum += W.value[k * inputs + c] * x[c];
        y[k] = at < layers.length - 1 && sum < 0 ? 0 : sum;
      }
      outputs.push(y);
    });
    return outputs;
  }

  const score = (net, patch) => forward(net, patch).at(-1)[0];
  const sigmoid = (s) => 1 / (1 + Math.exp(-s));

  // −ln of the probability of the target, safe for every score.
  const logistic = (s, target) =>
    Math.max(s, 0) - s * target + Math.log1p(Math.exp(-Math.abs(s)));

  // The mean loss of the four scores, and how many are on the right side.
  function judge(scores) {
    const loss = scores.reduce(
      (sum, s, i) => sum + logistic(s, TARGETS[i]), 0) / scores.length;
    const good = scores.map((s, i) => (s > 0) === (TARGETS[i] === 1));
    return { good, loss, right: good.filter(Boolean).length };
  }

  const evaluate = (net) => judge(PATCHES.map((patch) => score(net, patch)));

  // Fill `slope` of all weights and biases: the gradient of the mean loss.
  function gradients(net) {
    for (const { b, W } of net.layers) {
      b.slope.fill(0);
      W.slope.fill(0);
    }
    PATCHES.forEach((patch, i) => {
      const outputs = forward(net, patch);
      let back = [(sigmoid(outputs.at(-1)[0]) - TARGETS[i]) / PATCHES.length];
      for (let at = net.layers.length - 1; at >= 0; at--) {
        back = through(net.layers[at], outputs[at], back);
        // The ReLU in front of this layer lets through what it let through.
        if (at) back.forEach((_, c) => outputs[at][c] > 0 || (back[c] = 0));
      }
    });
  }

  // One layer, backwards: the gradient at its outputs -> at its inputs x.
  function through({ b, inputs, outputs, W }, x, back) {
    const down = new Float64Array(inputs);
    for (let k = 0; k < outputs; k++) {
      b.slope[k] += back[k];
      for (let c = 0, w = k * inputs; c < inputs; c++, w++) {
        W.slope[w] += back[k] * x[c];
        down[c] += back[k] * W.value[w];
      }
    }
    return down;
  }

  // One step of Adam on the four patches at once.
  function step(net, rate) {
    gradients(net);
    net.steps++;
    const pace = rate * Math.sqrt(1 - BETA2 ** net.steps) /
      (1 - BETA1 ** net.steps);
    for (const { b, W } of net.layers) {
      for (const { mean, slope, square, value } of [b, W]) {
        for (let i = 0; i < value.length; i++) {
          mean[i] += (1 - BETA1) * (slope[i] - mean[i]);
          square[i] += (1 - BETA2) * (slope[i] ** 2 - square[i]);
          value[i] -= pace * mean[i] / (Math.sqrt(square[i]) + EPSILON);
        }
      }
    }
  }

  // How many of the starts 1, 2, …, `starts` end with all four right.
  function solved(channels, layers, rate, steps, starts) {
    let count = 0;
    for (let seed = 1; seed <= starts; seed++) {
      const net = create(channels, layers, seed);
      for (let i = 0; i < steps; i++) step(net, rate);
      count += evaluate(net).right === PATCHES.length;
    }
    return count;
  }

  lab.micro = {
    PATCHES, TARGETS, create, evaluate, gradients, score, sigmoid,
    solved, step,
  };
})(window.NinLab);
