// The garments on the canvas, and the image that they make.
(function (lab) {
  "use strict";

  const SIDE = 28; // a garment's own pixels
  const SMALLEST_GARMENT = 8, LARGEST_CANVAS = 112;

  // The share of each old pixel in each new one: bilinear, and smoothed where
  // the garment shrinks, as nin_utils.data.canvas.place does.
  function weights(canvas, side, start) {
    const table = new Float32Array(canvas * SIDE), scale = SIDE / side;
    for (let i = Math.max(start, 0); i < Math.min(start + side, canvas); i++) {
      let centre = (i - start + 0.5) * scale - 0.5, sum = 0;
      centre = Math.min(Math.max(centre, 0), SIDE - 1);
      const row = table.subarray(i * SIDE, (i + 1) * SIDE);
      for (let k = 0; k < SIDE; k++) {
        const distance = Math.abs(k - centre) / Math.max(scale, 1);
        sum += row[k] = Math.max(0, 1 - distance);
      }
      for (let k = 0; k < SIDE; k++) row[k] /= sum;
    }
    return table;
  }

  // Add a garment to an image; where two overlap the brighter pixel counts.
  function paint({ pixels, side, top, left }, picture, canvas) {
    const rows = weights(canvas, side, top);
    const columns = weights(canvas, side, left);
    const bottom = Math.min(top + side, canvas);
    const right = Math.min(left + side, canvas);
    const line = new Float32Array(SIDE);
    for (let i = Math.max(top, 0); i < bottom; i++) {
      line.fill(0);
      for (let k = 0; k < SIDE; k++) {
        const share = rows[i * SIDE + k];
        if (!share) continue;
        for (let q = 0; q < SIDE; q++) line[q] += share * pixels[k * SIDE + q];
      }
      for (let j = Math.max(left, 0); j < right; j++) {
        let value = 0;
        const row = columns.subarray(j * SIDE, (j + 1) * SIDE);
        for (let q = 0; q < SIDE; q++) value += row[q] * line[q];
        const at = i * canvas + j;
        picture[at] = Math.max(picture[at], Math.round(value));
      }
    }
  }

  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

  class Scene {
    constructor() {
      this.canvas = SIDE;
      this.garments = [];
      this.selected = 0;
    }

    get garment() {
      return this.garments[this.selected];
    }

    // Put an image of 28x28 in the place of the selected garment.
    show(pixels) {
      if (!this.garment) this.add(pixels);
      Object.assign(this.garment, { pixels: pixels.slice(), past: [],
                                    mirrored: false });
    }

    // Keep the image as it is now, for undo.
    remember() {
      const { past, pixels, mirrored } = this.garment;
      past.push({ pixels: pixels.slice(), mirrored });
    }

    undo() {
      Object.assign(this.garment, this.garment.past.pop());
    }

    clear() {
      this.remember();
      this.garment.pixels.fill(0);
    }

    // Put one more onto the canvas, where it covers least.
    add(pixels) {
      const { garments } = this;
      if (garments.length && this.canvas < 2 * SIDE) this.resize(2 * SIDE);
      const side = Math.min(SIDE, this.canvas), end = this.canvas - side;
      const middle = Math.floor(end / 2);
      if (garments.length === 1) { // side by side
        this.moveTo(Math.floor((this.canvas - this.garment.side) / 2), 0);
      }
      const places = garments.length
        ? [[middle, end], [end, middle], [0, middle], [0, end], [end, end]]
        : [[middle, middle]];
      const covered = ([top, left]) => garments.reduce((sum, g) => {
        const height = Math.min(top + side, g.top + g.side) -
          Math.max(top, g.top);
        const width = Math.min(left + side, g.left + g.side) -
          Math.max(left, g.left);
        return sum + Math.max(height, 0) * Math.max(width, 0);
      }, 0);
      const [top, left] = places.sort((a, b) => covered(a) - covered(b))[0];
      garments.push({ pixels: pixels.slice(), past: [], mirrored: false,
                      side, top, left });
      this.selected = garments.length - 1;
    }

    remove() {
      if (this.garments.length < 2) return;
      this.garments.splice(this.selected, 1);
      this.selected = 0;
    }

    mirror() {
      this.remember();
      this.garment.mirrored = !this.garment.mirrored;
      const { pixels } = this.garment;
      for (let i = 0; i < SIDE; i++) {
        pixels.subarray(i * SIDE, (i + 1) * SIDE).reverse();
      }
    }

    moveTo(top, left) {
      const garment = this.garment, end = this.canvas - garment.side;
      garment.top = clamp(Math.round(top), 0, end);
      garment.left = clamp(Math.round(left), 0, end);
    }

    // Scale the selected garment about its centre, or its upper left corner.
    scaleTo(side, anchored = false) {
      const garment = this.garment, old = garment.side;
      const smallest = Math.min(SMALLEST_GARMENT, this.canvas);
      garment.side = clamp(Math.round(side), smallest, this.canvas);
      const shift = anchored ? 0 : (old - garment.side) / 2;
      this.moveTo(garment.top + shift, garment.left + shift);
    }

    // Change the canvas; the garments keep their size and their place
    // relative to its middle, as far as they fit.
    resize(canvas) {
      const shift = Math.floor((canvas - this.canvas) / 2);
      this.canvas = canvas;
      const { selected } = this;
      this.garments.forEach((garment, i) => {
        this.selected = i;
        garment.side = Math.min(garment.side, canvas);
        this.moveTo(garment.top + shift, garment.left + shift);
      });
      this.selected = selected;
    }

    // The topmost garment at a point of the canvas, or -1.
    at(row, column) {
      return this.garments.findLastIndex(
        ({ top, left, side }) => row >= top && row < top + side &&
          column >= left && column < left + side);
    }

    // uint8, canvas * canvas.
    picture() {
      const picture = new Uint8Array(this.canvas ** 2);
      for (const garment of this.garments) {
        paint(garment, picture, this.canvas);
      }
      return picture;
    }
  }

  lab.Scene = Scene;
  lab.sizes = { SIDE, SMALLEST_GARMENT, LARGEST_CANVAS };
})(window.NinLab);
