// A 1×1 convolution, written as what it is: one fully connected layer.
(function (lab) {
  "use strict";

  // x [in], W [out][in], b [out] -> W x + b, [out]; ReLU on request.
  function dense(x, W, b, relu) {
    return W.map((row, k) => {
      const z = row.reduce((sum, w, c) => sum + w * x[c], b[k]);
      return relu ? Math.max(z, 0) : z;
    });
  }

  // maps [in][n] -> [out][n]: the same layer, once for every pixel.
  function conv1x1(maps, W, b, relu) {
    const out = W.map(() => new Float32Array(maps[0].length));
    for (let i = 0; i < maps[0].length; i++) {
      const y = dense(maps.map((map) => map[i]), W, b, relu);
      y.forEach((value, k) => (out[k][i] = value));
    }
    return out;
  }

  // A fixed order of n pixels that looks like chance (Fisher and Yates).
  function shuffled(n) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1, seed = 1; i > 0; i--) {
      seed = (seed * 48271) % 2147483647;
      const j = seed % (i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  // The maps of probe-maps.js as numbers from 0 to 1, [channel][pixel].
  function decode(maps) {
    return maps.map((text) =>
      Float32Array.from(atob(text), (byte) => byte.charCodeAt(0) / 255));
  }

  lab.probeMath = { conv1x1, decode, dense, shuffled };
})(window.NinLab);
