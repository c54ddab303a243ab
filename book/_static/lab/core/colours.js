// Colours of values: dark to bright for 0 to 1, in steps that the eye, also a
// colour-blind one, sees as even (viridis, van der Walt and Smith).
(function (lab) {
  "use strict";

  const VIRIDIS = [
    [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142],
    [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50],
    [253, 231, 37],
  ];
  const BLUE = [33, 102, 172], GREY = [222, 222, 222], RED = [214, 96, 22];

  function mix(a, b, share) {
    return a.map((value, i) => Math.round(value + (b[i] - value) * share));
  }

  lab.ramp = function (t) {
    const at = Math.min(Math.max(t, 0), 1) * (VIRIDIS.length - 1);
    const i = Math.min(Math.floor(at), VIRIDIS.length - 2);
    return mix(VIRIDIS[i], VIRIDIS[i + 1], at - i);
  };

  // For -1 to 1: blue, grey, orange.
  lab.diverging = function (t) {
    return mix(GREY, t < 0 ? BLUE : RED, Math.min(Math.abs(t), 1));
  };

  // A bar of 40 colours, those of `colour` from 0 to 1.
  lab.colourBar = function (colour) {
    const canvas = lab.el("canvas", { height: 1, width: 40 });
    const context = canvas.getContext("2d");
    for (let i = 0; i < 40; i++) {
      context.fillStyle = `rgb(${colour(i / 39).join(" ")})`;
      context.fillRect(i, 0, 1, 1);
    }
    return canvas;
  };

  // Black or white, whichever is read better on a colour.
  lab.ink = function (rgb) {
    const [r, g, b] = rgb.map((value) => (value / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
  };
})(window.NinLab);
