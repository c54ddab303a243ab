// The state of the lab, as it stands in the address of its page after "#".
(function (lab) {
  "use strict";

  const { LARGEST_CANVAS } = lab.sizes;
  // The keys of the garments; more than two have no address.
  const GARMENTS = [
    { sample: "sample", side: "side", top: "top", left: "left",
      mirrored: "mirror" },
    { sample: "second", side: "side2", top: "top2", left: "left2",
      mirrored: "mirror2" },
  ];
  const CHOICES = { head: ["gap", "fc"], weights: ["canvas28", "only28"] };

  // Text without "#", empty where a garment is the reader's own.
  function write({ head, scene, shown, weights }) {
    const { garments } = scene;
    const known = garments.every(({ sample }) => Number.isInteger(sample));
    if (!known || garments.length > GARMENTS.length) return "";
    const parts = [`canvas=${scene.canvas}`];
    garments.forEach((garment, i) => {
      const { mirrored, ...keys } = GARMENTS[i];
      for (const [name, key] of Object.entries(keys)) {
        parts.push(`${key}=${garment[name]}`);
      }
      if (garment.mirrored) parts.push(mirrored);
    });
    if (head !== "gap") parts.push(`head=${head}`);
    if (weights !== "canvas28") parts.push(`weights=${weights}`);
    if (shown.mask) parts.push("mask");
    return parts.join("&");
  }

  // A state for the widget, or null; what is not possible is left out.
  function read(hash, smallest) {
    const most = LARGEST_CANVAS, last = lab.samples.labels.length - 1;
    const ranges = { canvas: [smallest, most] }, flags = ["mask"];
    for (const { sample, side, top, left, mirrored } of GARMENTS) {
      Object.assign(ranges, { [sample]: [0, last], [side]: [1, most],
                              [top]: [0, most], [left]: [0, most] });
      flags.push(mirrored);
    }
    const state = {};
    for (const [key, value] of new URLSearchParams(hash.slice(1))) {
      const range = Object.hasOwn(ranges, key) ? ranges[key] : null;
      const choices = Object.hasOwn(CHOICES, key) ? CHOICES[key] : [];
      const whole = range && /^\d{1,3}$/.test(value);
      if ((whole && +value >= range[0] && +value <= range[1]) ||
          choices.includes(value) || (flags.includes(key) && !value)) {
        state[key] = value;
      }
    }
    return Object.keys(state).length ? state : null;
  }

  lab.address = { GARMENTS, read, write };
})(window.NinLab);
