// From a picture to all that the lab shows of the network's answer.
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

  // head: "gap" or "fc". Without an answer `scores` and `shares` are null and
  // `top` is -1; without maps `cells` is null.
  lab.outcome = function (net, picture, side, head, masked) {
    const values = Float32Array.from(picture, (v) => v / 255);
    const run = net.run(values, side, side), fc = head === "fc";
    const scores = fc ? net.fullyConnected(run) : run.logits;
    const shares = scores && softmax(scores);
    return {
      ...run, side, picture, scores, shares,
      cells: fc ? null : masked ? topMask(run.maps) : run.maps,
      peak: Math.max(...run.maps),
      top: shares ? shares.indexOf(Math.max(...shares)) : -1,
    };
  };
})(window.NinLab);
