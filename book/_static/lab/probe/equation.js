// The equation of the 1×1 probe: y = ReLU(W x + b) in cells, and one row of
// it as a sum.
(function (lab) {
  "use strict";

  const { arrow, el } = lab, { fill, number } = lab.probeView;

  function part(name, header, cells) {
    return el("div", { class: `part ${name}` }, [
      el("header", {}, header), el("div", { class: "bracket" }, cells),
    ]);
  }

  const letter = (name) => el("b", {}, name);
  const sign = (text) => el("div", { class: "sign" }, text);

  // Make the cells of `probe`; its weights are buttons, one of them chosen.
  function make(probe) {
    const outputs = probe.W.length, inputs = probe.W[0].length;
    const spans = (n) =>
      Array.from({ length: n }, () => el("span", { class: "cell" }));
    const weight = (k, c) => el("button", {
      class: "cell", onclick: () => choose(probe, k, c),
      onkeydown: (event) => key(probe, event), type: "button",
    });
    const buttons = probe.W.map((row, k) =>
      Array.from({ length: inputs + 1 }, (_, c) => weight(k, c)));
    const x = spans(inputs), y = spans(outputs);
    probe.cells = { buttons, x, y };
    probe.equals = sign("=");
    return el("div", {
      "aria-label": probe.t("weights"), class: "equation", role: "group",
    }, [
      part("W", [el("i", {}, "W"), ` ${outputs}×${inputs}`],
        buttons.flatMap((row) => row.slice(0, inputs))),
      part("x", letter("x"), x), sign("+"),
      part("b", letter("b"), buttons.map((row) => row[inputs])),
      probe.equals, part("y", letter("y"), y),
    ]);
  }

  function choose(probe, k, c) {
    probe.chosen = [k, c];
    probe.draw();
    probe.cells.buttons[k][c].focus();
  }

  function key(probe, event) {
    const move = arrow(event), { buttons } = probe.cells;
    if (!move) return;
    const clamp = (n, length) => Math.min(Math.max(n, 0), length - 1);
    choose(probe, clamp(probe.chosen[0] + move[0], buttons.length),
      clamp(probe.chosen[1] + move[1], buttons[0].length));
  }

  function draw(probe, vector, out) {
    const { W, b, cells, chosen, relu } = probe, inputs = W[0].length;
    cells.x.forEach((cell, c) =>
      fill(cell, number(vector[c], 2), lab.ramp(vector[c])));
    cells.y.forEach((cell, k) => {
      const rgb = relu ? lab.ramp(out[k]) : lab.diverging(out[k]);
      fill(cell, number(out[k], 2), rgb);
      cell.classList.toggle("row-chosen", k === chosen[0]);
    });
    cells.buttons.forEach((row, k) => row.forEach((button, c) => {
      const value = c < inputs ? W[k][c] : b[k];
      const here = k === chosen[0] && c === chosen[1];
      fill(button, number(value, 1), lab.diverging(value / 2));
      button.classList.toggle("row-chosen", k === chosen[0]);
      button.setAttribute("aria-pressed", here);
      button.setAttribute(
        "aria-label", `${name(probe, k, c)}: ${number(value, 1)}`);
      button.tabIndex = here ? 0 : -1;
    }));
    probe.equals.replaceChildren(
      "=", ...(relu ? [el("small", {}, "ReLU")] : []));
    drawSum(probe, vector, out);
    lab.probeControls.drawSlider(probe, name(probe, ...chosen));
  }

  const name = (probe, k, c) => c < probe.W[0].length
    ? probe.t("weight", { from: c + 1, to: k + 1 })
    : probe.t("bias", { to: k + 1 });

  // y₂ = ReLU(1.0 · 0.62 + … ) = 0.50, the chosen weight marked.
  function drawSum(probe, vector, out) {
    const [k, c] = probe.chosen, { b, relu, W } = probe;
    const term = (text, here) => here ? el("mark", {}, text) : text;
    const signed = (value) => value < 0
      ? `(${number(value, 1)})` : number(value, 1);
    const sum = W[k].flatMap((w, i) => [
      term(`${signed(w)}·${number(vector[i], 2)}`, i === c), " + "]);
    sum.push(term(signed(b[k]), c === W[k].length));
    probe.sum.replaceChildren(
      el("i", {}, "y"), el("sub", {}, `${k + 1}`), " = ", relu ? "ReLU(" : "", ...sum,
      relu ? ")" : "", ` = ${number(out[k], 2)}`);
  }

  lab.probeEquation = { draw, make };
})(window.NinLab);
