// What the 1×1 probe draws: maps, cells with numbers, connecting lines.
(function (lab) {
  "use strict";

  const css = (rgb) => `rgb(${rgb.join(" ")})`;

  // Round, with a true minus; never "−0".
  function number(value, digits) {
    const text = value.toFixed(digits);
    return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
  }

  // From 0 to 1, or from −1 to 1 where values may be negative.
  function colour(value, signed) {
    return signed ? lab.diverging(value) : lab.ramp(value);
  }

  function paint(canvas, values, size, signed, until = values.length) {
    const context = canvas.getContext("2d");
    const picture = context.createImageData(size, size);
    for (let i = 0; i < until; i++) {
      picture.data.set([...colour(values[i], signed), 255], 4 * i);
    }
    context.putImageData(picture, 0, 0);
  }

  function fill(cell, text, rgb) {
    cell.textContent = text;
    cell.style.background = css(rgb);
    cell.style.color = lab.ink(rgb);
  }

  // A map with its name and the marker of the chosen pixel.
  function figure(caption, size) {
    const canvas = lab.el("canvas", { width: size, height: size });
    const marker = lab.el("span", { class: "marker" });
    const frame = lab.el("div", { class: "frame" }, [canvas, marker]);
    const element = lab.el("figure", { class: "map", "aria-hidden": "true" },
      [lab.el("figcaption", {}, caption), frame]);
    return { canvas, element, frame, marker };
  }

  function mark({ marker }, at, size) {
    marker.style.left = `${(100 * (at % size)) / size}%`;
    marker.style.top = `${(100 * Math.floor(at / size)) / size}%`;
  }

  // The pixel of a map under a pointer; the nearest one if it is outside.
  function pixelAt(event, frame, size) {
    const box = frame.getBoundingClientRect();
    const cell = (share) =>
      Math.min(Math.max(Math.floor(share * size), 0), size - 1);
    return cell((event.clientY - box.top) / box.height) * size +
      cell((event.clientX - box.left) / box.width);
  }

  // The colours and the values they stand for.
  function legend(signed) {
    const bar = lab.colourBar(
      signed ? (t) => lab.diverging(2 * t - 1) : lab.ramp);
    return [signed ? "≤ −1" : "0", bar, "≥ 1"];
  }

  // Lines from the pixel in each map to its number, and on to the outputs.
  function connect(lines, pairs) {
    const origin = lines.getBoundingClientRect();
    const paths = pairs.map(([from, to]) => {
      const a = from.getBoundingClientRect(), b = to.getBoundingClientRect();
      const x1 = a.right - origin.left, x2 = b.left - origin.left;
      const y1 = a.top + a.height / 2 - origin.top;
      const y2 = b.top + b.height / 2 - origin.top;
      const half = (x1 + x2) / 2;
      return lab.svg("path", {
        d: `M${x1} ${y1}C${half} ${y1} ${half} ${y2} ${x2} ${y2}`,
      });
    });
    lines.replaceChildren(...paths);
  }

  lab.probeView = {
    connect, figure, fill, legend, mark, number, paint, pixelAt,
  };
})(window.NinLab);
