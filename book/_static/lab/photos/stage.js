// The photograph as the network sees it, with the light of one map; what one
// cell of the maps sees; the rows with the brightest cell of each map.
(function (lab) {
  "use strict";

  const { ARROWS, el, geometry } = lab;
  const TALLEST = 25; // rem
  const GAMMA = 0.7; // the eye's; below 1 faint evidence shows, too
  const ORANGE = "#ff9d2e";

  // The cell of the maps whose middle is nearest to a place, [x, y] from 0
  // to 1, of the photograph.
  lab.cellAt = function ({ net, result: { h, picture, w } }, [x, y]) {
    const { stride, centre } = geometry(net.layers);
    const near = (place, n) => Math.min(Math.max(
      Math.round((place - 0.5 - centre) / stride), 0), n - 1);
    return { row: near(y * picture.height, h),
             column: near(x * picture.width, w) };
  };

  function paint(canvas, image) {
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  class PhotoStage {
    constructor(widget) {
      this.widget = widget;
      this.small = document.createElement("canvas"); // a pixel a pixel
      this.light = document.createElement("canvas"); // a pixel a cell
      this.lit = document.createElement("canvas");
      this.canvas = el("canvas", {
        class: "stage", tabindex: "0", role: "application",
        "aria-label": widget.t("stage"), "aria-describedby": "keys",
        onpointerdown: () => (this.before = widget.cell),
        onpointermove: (event) => this.drag(event),
        onclick: (event) => this.pick(event),
        onkeydown: (event) => this.key(event),
      });
      this.caption = el("figcaption", { class: "note" });
      this.element = el("figure", { class: "frame" },
                        [this.canvas, this.caption]);
      new ResizeObserver(() => this.draw()).observe(this.canvas);
    }

    draw() {
      const { names, result, shown } = this.widget;
      if (!result) return;
      const { width, height } = result.picture, share = width / height;
      this.element.style.maxWidth = `${TALLEST * share}rem`;
      this.canvas.style.aspectRatio = `${width} / ${height}`;
      this.caption.textContent = shown.evidence
        ? this.widget.t("lit", { name: names[this.widget.chosen] }) : " ";
      const room = this.canvas.clientWidth;
      if (!room) return;
      const density = window.devicePixelRatio || 1;
      this.canvas.width = Math.round(room * density);
      this.canvas.height = Math.round((room * density) / share);
      const context = this.canvas.getContext("2d");
      const zoom = this.canvas.width / width;
      paint(this.small, lab.pixels.imageData(result.picture));
      context.imageSmoothingEnabled = false;
      context.drawImage(this.small, 0, 0, width * zoom, height * zoom);
      if (shown.evidence) this.drawLight(context, zoom);
      this.drawField(context, zoom, density);
    }

    // The photograph is dark but for where the map is bright.
    drawLight(context, zoom) {
      const { chosen, net, result } = this.widget, { h, w } = result;
      const { stride, centre } = geometry(net.layers);
      const light = new ImageData(w, h);
      for (let i = 0; i < h * w; i++) {
        const t = result.cells[chosen * h * w + i] / (result.peak || 1);
        light.data[4 * i + 3] = 255 * t ** GAMMA;
      }
      paint(this.light, light);
      const { width, height } = this.canvas;
      Object.assign(this.lit, { width, height });
      const lit = this.lit.getContext("2d");
      const start = (centre + 0.5 - stride / 2) * zoom;
      lit.drawImage(this.light, start, start, w * stride * zoom,
                    h * stride * zoom);
      lit.globalCompositeOperation = "source-in";
      lit.imageSmoothingEnabled = false;
      lit.drawImage(this.small, 0, 0, width, height);
      context.fillStyle = "rgb(8 10 30 / 60%)";
      context.fillRect(0, 0, width, height);
      context.drawImage(this.lit, 0, 0);
    }

    // What the cell sees: the reader's in orange, else the brightest's.
    drawField(context, zoom, density) {
      const { cell, net, spot } = this.widget;
      const { stride, centre, field } = geometry(net.layers);
      const from = (i) => (centre + i * stride + 0.5 - field / 2) * zoom;
      const frame = (colour, width) => {
        context.strokeStyle = colour;
        context.lineWidth = width * density;
        context.strokeRect(from(spot.column), from(spot.row), field * zoom,
                           field * zoom);
      };
      frame("#0009", cell ? 5 : 3.5);
      context.setLineDash(cell ? [] : [6 * density, 5 * density]);
      frame(cell ? ORANGE : "#fff", cell ? 2.5 : 1.5);
      context.setLineDash([]);
    }

    place({ clientX, clientY }) {
      const box = this.canvas.getBoundingClientRect();
      return [(clientX - box.left) / box.width,
              (clientY - box.top) / box.height];
    }

    drag(event) {
      if (!event.buttons || event.pointerType !== "mouse") return;
      this.before = null;
      this.widget.look(this.place(event));
    }

    // A click on the chosen cell lets it go.
    pick(event) {
      const { before, widget } = this, place = this.place(event);
      const { row, column } = lab.cellAt(widget, place);
      const again = before?.row === row && before.column === column;
      widget.look(again ? null : place);
    }

    // The next cell in a direction.
    move([down, right]) {
      const { net, result: { picture, h, w }, spot } = this.widget;
      const { stride, centre } = geometry(net.layers);
      const clamp = (i, n) => Math.min(Math.max(i, 0), n - 1);
      const middle = (i) => centre + i * stride + 0.5;
      this.widget.look([
        middle(clamp(spot.column + right, w)) / picture.width,
        middle(clamp(spot.row + down, h)) / picture.height,
      ]);
    }

    key(event) {
      const { widget } = this;
      if (lab.modified(event)) return;
      if (ARROWS[event.key]) this.move(ARROWS[event.key]);
      else if (event.key === "Escape") widget.look(null);
      else if ("+=".includes(event.key)) widget.grow(1);
      else if (event.key === "-") widget.grow(-1);
      else return;
      event.preventDefault();
    }
  }

  // The pixels that one cell sees, and its ten values.
  class CloseUp {
    constructor(widget) {
      this.widget = widget;
      this.canvas = el("canvas", { class: "crop", "aria-hidden": "true" });
      this.where = el("p", { class: "number", role: "status" });
      this.values = widget.names.map((name) => {
        const bar = el("span", { class: "bar" }, [el("i")]);
        const value = el("span", { class: "number" });
        const row = el("li", {}, [el("span", {}, [name]), " ", bar, value]);
        return { bar, row, value };
      });
      this.element = el("section", { class: "cell" }, [
        this.canvas,
        el("div", {}, [el("h2", {}, [widget.t("closeUp")]), this.where]),
        el("ol", {}, this.values.map(({ row }) => row)),
      ]);
    }

    show() {
      const { cell, chosen, names, net, result, spot } = this.widget;
      const { h, w, maps, peak, picture } = result;
      const { stride, centre, field } = geometry(net.layers);
      const own = names.map(
        (_, c) => maps[c * h * w + spot.row * w + spot.column]);
      const most = Math.max(...own), best = own.indexOf(most);
      this.values.forEach(({ bar, row, value }, c) => {
        row.classList.toggle("top", c === best && most > 0);
        value.textContent = own[c].toFixed(1);
        bar.firstChild.style.transform =
          `scaleX(${(own[c] / (peak || 1)).toFixed(4)})`;
      });
      const where = { row: spot.row + 1, column: spot.column + 1, field,
                      name: names[chosen] };
      this.where.textContent = cell ? this.widget.t("cell", where)
        : this.widget.t("brightest", where);
      // Told when the reader moves it, not with each frame of the camera.
      const told = cell && !this.widget.camera.stream;
      this.where.setAttribute("aria-live", told ? "polite" : "off");
      this.element.classList.toggle("picked", Boolean(cell));
      const from = (i) => centre + i * stride - (field - 1) / 2;
      this.canvas.width = this.canvas.height = field;
      this.canvas.getContext("2d").putImageData(
        lab.pixels.imageData(picture), -from(spot.column), -from(spot.row));
    }
  }

  // The bar of the mean ends where the mean is; a tick stands where the
  // brightest cell is.
  class PhotoRows extends lab.Rows {
    constructor(widget) {
      super(widget);
      this.element.append(el("p", { class: "legend note",
                                    "aria-hidden": "true" },
                             [el("i"), widget.t("tick")]));
    }

    item(name, i) {
      const item = super.item(name, i);
      item.tick = el("b");
      item.mean.append(item.tick);
      return item;
    }

    scale({ peak }) {
      return peak || 1;
    }

    paint(c, result) {
      super.paint(c, result);
      const { h, w, maps, peak } = result;
      const own = maps.subarray(c * h * w, (c + 1) * h * w);
      const most = own.reduce((a, b) => Math.max(a, b));
      this.items[c].tick.style.left = `${(100 * most) / (peak || 1)}%`;
    }
  }

  Object.assign(lab, { CloseUp, PhotoRows, PhotoStage });
})(window.NinLab);
