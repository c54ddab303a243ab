// What is shown of a network's answer: softmax, mask, receptive fields.
(function (lab) {
  "use strict";

  function softmax(scores) {
    const most = Math.max(...scores);
    const powers = Array.from(scores, (s) => Math.exp(s - most));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((p) => p / sum);
  }

  // Only the highest 10 % of all activations, as in the paper's Figure 4.
  function topMask(maps) {
    const count = Math.ceil(0.1 * maps.length - 1e-9);
    const smallest = maps.slice().sort()[maps.length - count];
    return maps.map((v) => (v >= smallest && v > 0 ? v : 0));
  }

  // Stride, first centre and receptive field of a cell of the last map.
  lab.geometry = function (layers) {
    let stride = 1, centre = 0, field = 1;
    for (const { kernel, stride: step, padding = 0 } of layers) {
      field += (kernel - 1) * stride;
      centre += ((kernel - 1) / 2 - padding) * stride;
      stride *= step;
    }
    return { stride, centre, field };
  };

  // From what Net.run returns to all that is shown of it. Without an answer
  // `scores` and `shares` are null and `top` is -1.
  lab.answer = function (run, scores, masked) {
    const shares = scores && softmax(scores);
    return {
      ...run, scores, shares,
      cells: masked ? topMask(run.maps) : run.maps,
      peak: run.maps.reduce((a, b) => Math.max(a, b)),
      top: shares ? shares.indexOf(Math.max(...shares)) : -1,
    };
  };
})(window.NinLab);
