// Two charts above each other with the same axis of steps: the ten mean
// logits, and the loss with ln 10 marked.
(function (lab) {
  "use strict";

  const { svg } = lab;
  const LEFT = 40, RIGHT = 8, EDGE = 8; // room around a chart, in pixels
  const BELOW = 18; // and for the numbers of the steps

  // The least of 1, 2, 5, 10, 20 … that is not below `value`.
  function round(value) {
    const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
    return [1, 2, 5, 10].find((n) => n * power >= value * (1 - 1e-9)) * power;
  }

  // Round numbers between two ends.
  function ticks(low, high, most) {
    const step = round((high - low) / most), found = [];
    const first = Math.ceil(low / step - 1e-9);
    for (let i = first; i * step <= high * (1 + 1e-9); i++) {
      found.push(Number((i * step).toPrecision(6)));
    }
    return found;
  }

  class Chart {
    constructor(name, height) {
      this.height = height;
      this.element = svg("svg", {
        "aria-hidden": "true", class: `chart ${name}`,
      });
    }

    // lines: lists of [step, value]; a value beyond the ends is cut off.
    draw({ last, lines, low, high, marked }) {
      const { height } = this, width = this.element.clientWidth;
      const bottom = height - BELOW;
      const place = (share, from, to) => from + share * (to - from);
      const x = (step) => place(step / last, LEFT, width - RIGHT);
      const y = (value) => place(
        Math.min(Math.max((value - low) / (high - low), 0), 1), bottom, EDGE);
      const across = (value, name) => svg("path", {
        class: name, d: `M${LEFT} ${y(value)}H${width - RIGHT}`,
      });
      const path = (line) => line.length && "M" + line.map(([step, value]) =>
        `${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join("L") +
        (line.length === 1 ? "h0" : ""); // a dot
      this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.element.replaceChildren(
        ...ticks(low, high, 4).flatMap((value) => [
          across(value, value === 0 ? "zero" : "grid"),
          svg("text", { class: "y", x: LEFT - 6, y: y(value) + 4 },
            `${value}`.replace("-", "−")),
        ]),
        ...ticks(0, last, 5).map((step) => svg("text", {
          class: step === last ? "end" : "x", x: x(step), y: height - 3,
        }, step.toLocaleString("en"))),
        ...(marked ? [across(marked, "marked")] : []),
        ...lines.map((line, k) => svg("path", {
          class: `line line${k % 6}${line.length === 1 ? " dot" : ""}`,
          d: path(line) || "",
        })));
    }
  }

  // The axis that shows all steps: 100, 200, 500, 1000 …
  const lastStep = (steps) => round(Math.max(steps, 100));

  lab.plateauChart = { Chart, lastStep };
})(window.NinLab);
