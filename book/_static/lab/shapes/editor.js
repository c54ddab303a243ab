// The opened row of a layer in the shape calculator: its settings, and the
// formulas with its numbers.
(function (lab) {
  "use strict";

  const { el } = lab, { outputs } = lab.layers;
  const LIMITS = {
    batch: [1, 4096], channels: [1, 65536], kernel: [1, 99],
    padding: [0, 49], size: [1, lab.layers.LARGEST], stride: [1, 99],
    units: [1, 65536],
  };
  const count = (n) => n.toLocaleString(lab.language);

  // A whole number from its limits. `use` gets good ones only; a bad one is
  // marked, and gives way to the last good one when the reader leaves it.
  function numberField(widget, key, value, use) {
    const [min, max] = LIMITS[key];
    const hint = el("small", { class: "bad", hidden: true, role: "alert" },
      widget.t("whole", { max: count(max), min }));
    const input = el("input", {
      inputmode: "numeric", max, min, name: key, step: 1, type: "number",
      onchange: () => {
        if (!good()) input.value = value;
        mark(true);
      },
      oninput: () => {
        mark(good());
        if (good()) use((value = input.valueAsNumber));
      },
    });
    const good = () => Number.isInteger(input.valueAsNumber) &&
      input.valueAsNumber >= min && input.valueAsNumber <= max;
    const mark = (well) => {
      hint.hidden = well;
      input.setAttribute("aria-invalid", !well);
    };
    input.value = value;
    return el("label", { class: "setting" },
      [el("span", {}, widget.t(key)), input, hint]);
  }

  function ceilField(widget, layer) {
    const box = el("input", {
      name: "ceil", type: "checkbox", onchange: () => {
        layer.ceil = box.checked;
        widget.edited();
      },
    });
    box.checked = layer.ceil;
    return el("label", { class: "setting check" },
      [box, el("span", {}, widget.t("ceil"))]);
  }

  function fields(widget, layer) {
    const keys = ["channels", "units", "kernel", "stride", "padding"];
    const inputs = keys.filter((key) => key in layer).map((key) =>
      numberField(widget, key, layer[key], (value) => {
        layer[key] = value;
        widget.edited();
      }));
    if ("ceil" in layer) inputs.push(ceilField(widget, layer));
    return inputs;
  }

  function buttons(widget, at) {
    const last = widget.layers.length - 1;
    const button = (key, act, disabled) => el("button", {
      class: "button", disabled, name: key, onclick: act, type: "button",
    }, widget.t(key));
    return el("div", { class: "row" }, [
      button("up", () => widget.move(at, -1), at === 0),
      button("down", () => widget.move(at, 1), at === last),
      button("remove", () => widget.remove(at), false),
    ]);
  }

  // What the editor of layer `at` holds; `formulas` is filled by explain().
  lab.shapesEditor = function (widget, at) {
    const settings = fields(widget, widget.layers[at]);
    widget.formulas = el("div", { class: "formulas number" });
    return [
      settings.length ? el("div", { class: "row" }, settings) : "",
      widget.formulas, buttons(widget, at),
    ];
  };

  function formulas(layer, [, channels, n], before, row) {
    const { ceil, kernel, padding, stride } = layer, lines = [];
    if (kernel) {
      const steps = (n + 2 * padding - kernel) / stride;
      const around = ceil ? ["⌈", "⌉"] : ["⌊", "⌋"];
      lines.push(["output", `${around[0]}(${n} + 2·${padding} − ${kernel}) ` +
        `/ ${stride}${around[1]} + 1 = ${around[0]}${+steps.toFixed(2)}` +
        `${around[1]} + 1 = ${outputs(n, layer)}`]);
    }
    if (layer.kind === "Conv2D") {
      const window = `${channels}·${kernel}·${kernel}`, side = row.shape[2];
      lines.push(
        ["params", `${layer.channels} · (${window} + 1) = ` +
          count(row.params)],
        ["macs", `${layer.channels}·${side}·${side} · ${window} = ` +
          count(row.macs)]);
    }
    if (layer.kind === "Dense") {
      const inputs = row.macs / layer.units;
      lines.push(["params", `${layer.units} · (${count(inputs)} + 1) = ` +
        count(row.params)]);
    }
    if (kernel && before.stride) {
      lines.push(["field", `${before.field} + (${kernel} − 1) · ` +
        `${before.stride} = ${count(row.field)}`]);
    }
    return lines;
  }

  // Show the formulas of layer `at` with its numbers, if it fits.
  function explain(widget, at, rows) {
    if (at === null) return;
    const before = at ? rows[at - 1] : { ...widget.start, field: 1, stride: 1 };
    const row = rows[at], layer = widget.layers[at];
    const lines = row ? formulas(layer, before.shape, before, row) : [];
    widget.formulas.replaceChildren(...lines.flatMap(([key, text]) =>
      [el("span", {}, widget.t(key)), el("span", {}, text)]));
  }

  Object.assign(lab.shapesEditor, { count, explain, numberField });
})(window.NinLab);
