// The canvas that the reader sees: garments, evidence, frames.
(function (lab) {
  "use strict";

  const { el, geometry, ramp } = lab;
  const HANDLE = 9; // half the width of the corner that resizes, CSS pixels

  class Stage {
    constructor(widget) {
      this.widget = widget;
      this.small = document.createElement("canvas"); // a pixel a pixel
      this.heat = document.createElement("canvas"); // a pixel a cell
      this.canvas = el("canvas", {
        class: "stage", tabindex: "0", role: "application",
        "aria-label": widget.t("stage"), "aria-describedby": "keys",
      });
      this.hint = el("span", { class: "hint", "aria-hidden": "true" });
      this.element = el("div", { class: "frame" }, [this.canvas, this.hint]);
      this.say("dragMe");
      new ResizeObserver(() => this.draw()).observe(this.canvas);
    }

    // A word on the canvas, or none.
    say(key) {
      this.hint.hidden = !key;
      this.hint.classList.toggle("middle", key === "drawHere");
      if (key) this.hint.textContent = this.widget.t(key);
    }

    // CSS pixels of one pixel of the image.
    get zoom() {
      return this.canvas.clientWidth / this.widget.scene.canvas;
    }

    draw() {
      const { result, scene, shown } = this.widget;
      const width = this.canvas.clientWidth;
      if (!result || !width) return;
      const density = window.devicePixelRatio || 1;
      this.canvas.width = this.canvas.height = Math.round(width * density);
      const context = this.canvas.getContext("2d");
      const zoom = (this.canvas.width / result.side);
      context.imageSmoothingEnabled = false;
      this.drawPicture(context, result, zoom);
      if (shown.evidence && result.cells) this.drawEvidence(context, zoom);
      context.lineWidth = 2 * density;
      scene.garments.forEach((garment, i) => {
        this.drawFrame(context, garment, zoom, i === scene.selected, density);
      });
      if (result.cells) this.drawField(context, zoom, density);
      if (this.pen) this.drawPen(context, zoom, density);
    }

    drawPicture(context, { picture, side }, zoom) {
      const data = new ImageData(side, side);
      picture.forEach((value, i) => {
        data.data.set([value, value, value, 255], 4 * i);
      });
      this.small.width = this.small.height = side;
      this.small.getContext("2d").putImageData(data, 0, 0);
      context.drawImage(this.small, 0, 0, side * zoom, side * zoom);
    }

    // The chosen map over the image: the stronger, the less one sees of it.
    drawEvidence(context, zoom) {
      const { result, chosen, net } = this.widget;
      const { h, w } = result;
      const { stride, centre } = geometry(net.layers);
      const data = new ImageData(w, h);
      for (let i = 0; i < h * w; i++) {
        const t = result.cells[chosen * h * w + i] / (result.peak || 1);
        data.data.set([...ramp(0.3 + 0.7 * t), 165 * t], 4 * i);
      }
      this.heat.width = w;
      this.heat.height = h;
      this.heat.getContext("2d").putImageData(data, 0, 0);
      const start = (centre + 0.5 - stride / 2) * zoom;
      context.drawImage(this.heat, start, start, w * stride * zoom,
                        h * stride * zoom);
    }

    drawFrame(context, { top, left, side }, zoom, selected, density) {
      const inset = context.lineWidth / 2;
      context.strokeStyle = selected ? "#fff" : "#999";
      context.setLineDash([4 * density, 4 * density]);
      context.strokeRect(left * zoom + inset, top * zoom + inset,
                         side * zoom - 2 * inset, side * zoom - 2 * inset);
      context.setLineDash([]);
      if (!selected) return;
      const r = HANDLE * density * 0.6;
      const x = Math.min((left + side) * zoom, this.canvas.width) - r;
      const y = Math.min((top + side) * zoom, this.canvas.height) - r;
      context.fillStyle = "#fff";
      context.strokeStyle = "#000";
      context.beginPath();
      context.arc(x - 2, y - 2, r, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }

    // What the chosen cell sees.
    drawField(context, zoom, density) {
      const { cell, net, result } = this.widget;
      if (!cell || cell.row >= result.h || cell.column >= result.w) return;
      const { stride, centre, field } = geometry(net.layers);
      const from = (i) => (centre + i * stride + 0.5 - field / 2) * zoom;
      context.strokeStyle = "#ff9d2e";
      context.lineWidth = 2.5 * density;
      context.strokeRect(from(cell.column), from(cell.row), field * zoom,
                         field * zoom);
    }

    drawPen(context, zoom, density) {
      context.strokeStyle = "#ff9d2e";
      context.lineWidth = 2 * density;
      context.beginPath();
      context.arc((this.pen.column + 0.5) * zoom, (this.pen.row + 0.5) * zoom,
                  1.6 * zoom, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  lab.Stage = Stage;
  lab.HANDLE = HANDLE;
})(window.NinLab);
