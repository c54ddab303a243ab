// The controls of the 1×1 probe: the slider, the weights to start from, the
// switches.
(function (lab) {
  "use strict";

  const { el } = lab, { number } = lab.probeView;
  const START = {
    W: [[1, 1, 0], [1, 1, 0], [-1, -1, 1], [1, -1, 0]], b: [0, -1, 0, 0],
  };
  const COPY = {
    W: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]], b: [0, 0, 0, 0],
  };

  function chance() {
    const random = () => Math.round(20 * Math.random() - 10) / 10;
    return { W: START.W.map((row) => row.map(random)), b: COPY.b };
  }

  const isBias = ({ W, chosen }) => chosen[1] === W[0].length;

  function setWeight(probe, value) {
    const [k, c] = probe.chosen;
    if (isBias(probe)) probe.b[k] = value;
    else probe.W[k][c] = value;
    probe.draw();
  }

  function slider(probe) {
    probe.range = el("input", {
      id: "weight", max: "2", min: "-2",
      oninput: () => setWeight(probe, Number(probe.range.value)),
      step: "0.1", type: "range",
    });
    probe.rangeName = el("label", { for: "weight" });
    probe.rangeValue = el("span", {
      "aria-hidden": "true", class: "value number",
    });
    return el("div", { class: "row slide" },
      [probe.rangeName, probe.range, probe.rangeValue]);
  }

  function button(probe, key, act, pressed) {
    return el("button", {
      "aria-pressed": pressed, class: "button", onclick: act, type: "button",
    }, probe.t(key));
  }

  function toggle(probe, key, on, act) {
    return button(probe, key, ({ currentTarget }) => {
      const now = currentTarget.getAttribute("aria-pressed") !== "true";
      currentTarget.setAttribute("aria-pressed", now);
      act(now);
      probe.draw();
    }, String(on));
  }

  function tools(probe) {
    const preset = (key, make) => button(probe, key, () => {
      probe.take(make());
      probe.draw();
    });
    probe.scan = button(probe, "scan", () => probe.toggleScan(), "false");
    return el("div", { class: "row tools" }, [
      preset("start", () => START), preset("copy", () => COPY),
      preset("chance", chance),
      toggle(probe, "relu", true, (on) => (probe.relu = on)),
      toggle(probe, "shuffle", false, (on) => probe.shuffle(on)),
      lab.reducedMotion() ? [] : probe.scan,
    ].flat());
  }

  // What row k of the first weights does, while it is as it was.
  function meaning(probe, k) {
    const same = START.b[k] === probe.b[k] &&
      START.W[k].every((w, c) => w === probe.W[k][c]);
    return same ? probe.t("rows")[k] : "";
  }

  function drawSlider(probe, name) {
    const [k, c] = probe.chosen, bias = isBias(probe);
    const value = bias ? probe.b[k] : probe.W[k][c];
    probe.range.value = value;
    probe.range.setAttribute("aria-label", name);
    probe.rangeValue.textContent = number(value, 1);
    probe.rangeName.replaceChildren(
      el("i", {}, bias ? "b" : "w"),
      el("sub", {}, bias ? `${k + 1}` : `${k + 1}${c + 1}`));
  }

  lab.probeControls = { START, drawSlider, meaning, slider, tools };
})(window.NinLab);
