// Numbers from 0 to 1 that look like chance, the same for the same seed
// (mulberry32).
(function (lab) {
  "use strict";

  lab.chance = function (seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  };
})(window.NinLab);
