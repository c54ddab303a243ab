// What the widget draws of one network: the plane of its two inputs, and its
// loss against the step.
(function (lab) {
  "use strict";

  const { el, svg } = lab, { PATCHES, TARGETS, score, sigmoid } = lab.micro;
  const EDGE = 1.6; // the plane goes from −1.6 to 1.6
  const NODES = 48; // points a side where the score is taken
  const TOP = 1.2; // the loss at the upper edge of its diagram

  const place = (i) => EDGE * (2 * i / (NODES - 1) - 1);

  // The scores of the plane; b goes from the top down, a from left to right.
  function survey(net) {
    const scores = new Float64Array(NODES * NODES);
    for (let row = 0; row < NODES; row++) {
      for (let column = 0; column < NODES; column++) {
        scores[row * NODES + column] =
          score(net, [place(column), -place(row)]);
      }
    }
    return scores;
  }

  // The line where the score changes its sign, as the path of an SVG: through
  // each cell of the grid from side to side (marching squares).
  function border(scores) {
    const corners = [[0, 0], [0, 1], [1, 1], [1, 0]];
    const path = [];
    const cross = ([r1, c1], [r2, c2]) => {
      const from = scores[r1 * NODES + c1], to = scores[r2 * NODES + c2];
      if (from * to >= 0) return [];
      const share = from / (from - to);
      const at = [c1 + share * (c2 - c1), r1 + share * (r2 - r1)];
      return [at.map((i) => place(i).toFixed(3)).join(" ")];
    };
    for (let row = 0; row < NODES - 1; row++) {
      for (let column = 0; column < NODES - 1; column++) {
        const around = corners.map(([r, c]) => [row + r, column + c]);
        const points = around.flatMap((corner, i) =>
          cross(corner, around[(i + 1) % 4]));
        for (let i = 1; i < points.length; i += 2) {
          path.push(`M${points[i - 1]}L${points[i]}`);
        }
      }
    }
    return path.join("");
  }

  // Edges are squares, the others circles; a cross marks a wrong answer.
  function point([a, b], target) {
    const shape = target
      ? svg("rect", { class: "edge", height: 0.26, width: 0.26,
                      x: a - 0.13, y: -b - 0.13 })
      : svg("circle", { class: "plain", cx: a, cy: -b, r: 0.14 });
    const cross = svg("path", {
      class: "cross",
      d: `M${a - 0.2} ${-b - 0.2}l.4 .4m0 -.4l-.4 .4`,
    });
    return { cross, shape };
  }

  // The parts of one network's panel: {element, draw(net, history, found)}.
  function panel(name, words) {
    const canvas = el("canvas", { height: NODES, width: NODES });
    const line = svg("path", { class: "border" });
    const points = PATCHES.map((patch, i) => point(patch, TARGETS[i]));
    const plane = el("div", { class: "plane" }, [canvas, svg("svg", {
      viewBox: `${-EDGE} ${-EDGE} ${2 * EDGE} ${2 * EDGE}`,
    }, [line, ...points.flatMap(({ cross, shape }) => [shape, cross])]),
    el("i", { class: "a" }, "a"), el("i", { class: "b" }, "b")]);
    const curve = svg("path", { class: "curve" });
    const ln2 = el("span", { class: "ln2" }, "ln 2");
    ln2.style.bottom = `${100 * Math.LN2 / TOP}%`;
    const chart = el("div", { class: "chart" }, [ln2, svg("svg", {
      preserveAspectRatio: "none", viewBox: `0 0 ${words.steps} ${TOP}`,
    }, [curve]), el("span", { class: "from" }, words.loss),
    el("span", { class: "to" }, words.axis)]);
    const readout = ["loss", "right"].map(() => el("span"));
    const say = el("p", { "aria-live": "polite", class: "say" });
    plane.setAttribute("aria-hidden", "true");
    chart.setAttribute("aria-hidden", "true");
    const element = el("section", { "aria-label": name, class: "panel" },
      [el("p", { class: "name" }, name), plane,
       el("p", { class: "readout number" }, readout), chart, say]);

    function draw(net, history, found) {
      const scores = survey(net), picture = new ImageData(NODES, NODES);
      scores.forEach((s, i) => picture.data.set(
        [...lab.diverging(2 * sigmoid(s) - 1), 255], 4 * i));
      canvas.getContext("2d").putImageData(picture, 0, 0);
      // Where all is 50 %, no line divides it.
      const flat = scores.every((s) => Math.abs(s) < 0.01);
      line.setAttribute("d", flat ? "" : border(scores));
      points.forEach(({ cross }, i) =>
        cross.classList.toggle("wrong", !found.good[i]));
      curve.setAttribute("d", "M" + history.map((loss, i) =>
        `${i} ${(TOP - Math.min(loss, TOP)).toFixed(4)}`).join("L"));
    }

    return { draw, element, readout, say };
  }

  // Blue to orange, and the values they stand for.
  function key() {
    const bar = lab.colourBar((t) => lab.diverging(2 * t - 1));
    return el("span", { class: "key number" }, ["0", bar, "1"]);
  }

  lab.trainView = { key, panel };
})(window.NinLab);
