// A stack of fully connected layers, the 1×1 convolutions of a map with one
// cell, with a ReLU after each; softmax cross-entropy; plain SGD. All numbers
// in double precision. Nothing here knows of the page.
(function (lab) {
  "use strict";

  // Uniform numbers of a seed, and normal ones by Box and Muller.
  function generator(seed) {
    const uniform = lab.chance(seed);
    function normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return radius * Math.cos(2 * Math.PI * uniform());
    }
    return { normal, uniform };
  }

  // Layers with W [outputs × inputs] and b [outputs], both 0.
  function create(widths, lastRelu) {
    const layers = widths.slice(1).map((outputs, i) => ({
      b: new Float64Array(outputs), gb: new Float64Array(outputs),
      gW: new Float64Array(outputs * widths[i]), inputs: widths[i], outputs,
      relu: lastRelu || i < widths.length - 2,
      W: new Float64Array(outputs * widths[i]),
    }));
    return { layers };
  }

  // x [n × inputs] -> y [n × outputs].
  function dense({ W, b, inputs, outputs, relu }, x, n, y) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < outputs; k++) {
        const w = k * inputs, at = i * inputs;
        let sum = b[k];
        for (let c = 0; c < inputs; c++) sum += W[w + c] * x[at + c];
        y[i * outputs + k] = relu && sum < 0 ? 0 : sum;
      }
    }
  }

  // The output of every layer for n vectors; the last ones are the logits.
  function forward({ layers }, x, n) {
    const outputs = [];
    for (const layer of layers) {
      const y = new Float64Array(n * layer.outputs);
      dense(layer, outputs.at(-1) ?? x, n, y);
      outputs.push(y);
    }
    return outputs;
  }

  // Mean cross-entropy and accuracy of logits [n × classes]. Where `slope` is
  // given, it takes the derivative of the loss by the logits.
  function judge(logits, labels, slope) {
    const n = labels.length, classes = logits.length / n;
    let loss = 0, right = 0;
    for (let i = 0; i < n; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      let top = 0, sum = 0;
      for (let k = 1; k < classes; k++) if (row[k] > row[top]) top = k;
      for (let k = 0; k < classes; k++) sum += Math.exp(row[k] - row[top]);
      loss += Math.log(sum) + row[top] - row[labels[i]];
      right += top === labels[i];
      for (let k = 0; slope && k < classes; k++) {
        const share = Math.exp(row[k] - row[top]) / sum;
        slope[i * classes + k] = (share - (k === labels[i])) / n;
      }
    }
    return { accuracy: right / n, loss: loss / n };
  }

  // Fill gW and gb of every layer with the gradient of the mean loss.
  function gradients(net, x, labels) {
    const n = labels.length, outputs = forward(net, x, n);
    let slope = new Float64Array(outputs.at(-1).length);
    const found = judge(outputs.at(-1), labels, slope);
    for (let at = net.layers.length - 1; at >= 0; at--) {
      slope = back(net.layers[at], at ? outputs[at - 1] : x, outputs[at],
        slope, n, at > 0);
    }
    return { ...found, logits: outputs.at(-1) };
  }

  // Through one layer: dL/dy -> dL/dx, if it is wanted.
  function back({ W, gW, gb, inputs, outputs, relu }, x, y, slope, n, wanted) {
    const down = wanted ? new Float64Array(n * inputs) : null;
    gW.fill(0);
    gb.fill(0);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < outputs; k++) {
        const d = slope[i * outputs + k];
        if (d === 0 || (relu && y[i * outputs + k] === 0)) continue;
        const w = k * inputs, at = i * inputs;
        gb[k] += d;
        for (let c = 0; c < inputs; c++) gW[w + c] += d * x[at + c];
        if (!wanted) continue;
        for (let c = 0; c < inputs; c++) down[at + c] += d * W[w + c];
      }
    }
    return down;
  }

  // One step of SGD on one mini-batch; its loss before the step.
  function step(net, x, labels, rate) {
    const found = gradients(net, x, labels);
    for (const { W, b, gW, gb } of net.layers) {
      for (let i = 0; i < W.length; i++) W[i] -= rate * gW[i];
      for (let k = 0; k < b.length; k++) b[k] -= rate * gb[k];
    }
    return found;
  }

  function largestGradient({ layers }) {
    let most = 0;
    for (const { gW, gb } of layers) {
      for (const g of [gW, gb]) {
        for (const v of g) most = Math.max(most, Math.abs(v)); // NaN stays
      }
    }
    return most;
  }

  lab.network = {
    create, generator, gradients, judge, largestGradient, step,
  };
})(window.NinLab);
