// The arithmetic of `nin_utils.shapes`, for square images.
//
// A layer is {kind, …}, where the kind is the name of MXNet's class:
//   Conv2D {channels, kernel, stride, padding}, Dense {units},
//   MaxPool2D and AvgPool2D {kernel, stride, padding, ceil},
//   GlobalAvgPool2D, BatchNorm, Dropout, Flatten {}.
(function (lab) {
  "use strict";

  const LARGEST = 4096; // px, where the search for a size that fits ends
  const product = (numbers) => numbers.reduce((a, b) => a * b, 1);
  const same = (layer, { shape }) => ({ shape, window: 1, stride: 1 });

  class Problem extends Error {
    constructor(key, values) {
      super(key);
      Object.assign(this, { key, values });
    }
  }

  // Number of positions of a window that slides over n pixels.
  function outputs(n, { ceil = false, kernel, padding, stride }) {
    const free = n + 2 * padding - kernel;
    if (free < 0) {
      throw new Problem(padding ? "tooSmallPadded" : "tooSmall",
        { kernel, padded: n + 2 * padding });
    }
    return (ceil ? Math.ceil(free / stride) : Math.floor(free / stride)) + 1;
  }

  // Taps of a window of `kernel` that meet a pixel and not only padding.
  function liveTaps(n, { kernel, padding, stride }) {
    const last = outputs(n, { kernel, padding, stride }) - 1;
    let live = 0;
    for (let tap = 0; tap < kernel; tap++) {
      const first = Math.max(0, Math.ceil((padding - tap) / stride));
      if (first <= last && first * stride + tap - padding < n) live++;
    }
    return live ** 2;
  }

  function needsMaps({ shape }) {
    if (shape.length !== 4) throw new Problem("noMaps", {});
  }

  function convolve(layer, input) {
    needsMaps(input);
    const [batch, channels, n] = input.shape;
    const side = outputs(n, layer);
    const weights = layer.channels * channels * layer.kernel ** 2;
    return {
      macs: weights * side ** 2, params: weights + layer.channels,
      shape: [batch, layer.channels, side, side],
      stride: layer.stride, taps: liveTaps(n, layer), window: layer.kernel,
    };
  }

  function pool(layer, input) {
    needsMaps(input);
    const [batch, channels, n] = input.shape, side = outputs(n, layer);
    return {
      shape: [batch, channels, side, side], stride: layer.stride,
      window: layer.kernel,
    };
  }

  function poolAll(layer, input) {
    needsMaps(input);
    const [batch, channels] = input.shape;
    return { shape: [batch, channels, 1, 1], stride: null, window: "whole" };
  }

  function connect({ units }, { shape }) {
    const inputs = product(shape.slice(1));
    return {
      macs: units * inputs, params: units * (inputs + 1),
      shape: [shape[0], units], stride: null, window: "whole",
    };
  }

  const EFFECTS = {
    AvgPool2D: pool, Conv2D: convolve, Dense: connect, Dropout: same,
    GlobalAvgPool2D: poolAll, MaxPool2D: pool,
    BatchNorm: (layer, input) =>
      ({ ...same(layer, input), params: 2 * input.shape[1] }),
    Flatten: (layer, { shape }) => ({
      shape: [shape[0], product(shape.slice(1))], stride: null, window: 1,
    }),
  };

  // Class and window, as in "MaxPool2D 3×3/2".
  function label({ kernel, kind, stride }) {
    if (!kernel) return kind;
    return `${kind} ${kernel}×${kernel}${stride > 1 ? `/${stride}` : ""}`;
  }

  // input: {batch, channels, size} ->
  //   rows: [{name, shape, params, macs, bytes, field, stride, taps}],
  //   problem: what the next layer cannot do, {at, key, values}, or null.
  function walkthrough(layers, { batch, channels, size }) {
    const rows = [];
    let now = { shape: [batch, channels, size, size], field: 1, stride: 1 };
    for (const [at, layer] of layers.entries()) {
      let effect;
      try {
        effect = EFFECTS[layer.kind](layer, now);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return { problem: { at, key: error.key, values: error.values }, rows };
      }
      const { macs = 0, params = 0, shape, taps, window } = effect;
      let { field, stride } = now;
      if (window === "whole") field = size;
      else if (stride) field += (window - 1) * stride;
      stride = stride && effect.stride && stride * effect.stride;
      now = { field, shape, stride };
      rows.push({
        bytes: 4 * product(shape), macs, name: label(layer), params, taps,
        ...now,
      });
    }
    return { problem: null, rows };
  }

  // The side of the smallest square image that fits; null if none does.
  function smallestSize(layers, channels) {
    for (let size = 1; size <= LARGEST; size++) {
      const { problem } = walkthrough(layers, { batch: 1, channels, size });
      if (!problem) return size;
      if (problem.key === "noMaps") return null;
    }
    return null;
  }

  lab.layers = { LARGEST, label, outputs, smallestSize, walkthrough };
})(window.NinLab);
