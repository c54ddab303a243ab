// Colour photographs: from files, the page's own pictures or the camera to
// the few pixels that the network sees.
//
// A photograph is {width, height, rgb}, the colours of a pixel side by side.
(function (lab) {
  "use strict";

  const TALL = 256; // pixels that are kept of a large photograph
  const LONGEST = 2; // times the other side; the rest is cut off

  // Keys' cubic with a = -1/2: bicubic as Pillow has it, which made the
  // photographs of `nin_utils` and those of their Python pages small.
  function cubic(x) {
    const d = Math.abs(x);
    if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
    return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
  }

  // For each of n new pixels the first old one, and the shares of those from
  // there on. Where the photograph shrinks, the filter covers all that one
  // new pixel takes the place of.
  function filters(old, n) {
    const scale = old / n, wide = Math.max(scale, 1);
    return Array.from({ length: n }, (_, i) => {
      const centre = (i + 0.5) * scale;
      const first = Math.max(Math.floor(centre - 2 * wide + 0.5), 0);
      const end = Math.min(Math.floor(centre + 2 * wide + 0.5), old);
      const shares = [];
      for (let k = first; k < end; k++) {
        shares.push(cubic((k - centre + 0.5) / wide));
      }
      const sum = shares.reduce((a, b) => a + b);
      return { first, shares: shares.map((share) => share / sum) };
    });
  }

  // Resize along one axis: `count` lines, `line` numbers apart, of pixels
  // that are `step` numbers apart; the same for those of the result.
  function along(rgb, old, n, count, from, to) {
    const result = new Uint8ClampedArray(3 * n * count);
    filters(old, n).forEach(({ first, shares }, i) => {
      for (let j = 0; j < count; j++) {
        const start = j * from.line + first * from.step;
        const end = j * to.line + i * to.step;
        for (let c = 0; c < 3; c++) {
          let value = 0, at = start + c;
          for (const share of shares) {
            value += share * rgb[at];
            at += from.step;
          }
          result[end + c] = value; // rounded and cut to 0 to 255
        }
      }
    });
    return result;
  }

  function resized({ width, height, rgb }, w, h) {
    const flat = along(rgb, width, w, height, { line: 3 * width, step: 3 },
                       { line: 3 * w, step: 3 });
    const small = along(flat, height, h, w, { line: 3, step: 3 * w },
                        { line: 3, step: 3 * w });
    return { width: w, height: h, rgb: small };
  }

  // As high as the reader wants it.
  function ofHeight(photo, height) {
    const width = Math.round((photo.width * height) / photo.height);
    return resized(photo, Math.max(width, 1), height);
  }

  // The middle of an image or of a frame of a video, on white where it is
  // transparent, at most `tall` pixels high. The browser draws it up to
  // `over` times as high; from there on it is made small with care.
  function taken(image, width, height, tall = TALL, over = 4) {
    const w = Math.min(width, LONGEST * height);
    const h = Math.min(height, LONGEST * width);
    const scale = Math.min(1, (over * tall) / h);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(Math.round(w * scale), 1);
    canvas.height = Math.max(Math.round(h * scale), 1);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, (width - w) / 2, (height - h) / 2, w, h, 0, 0,
                      canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const rgb = new Uint8ClampedArray((3 * data.length) / 4);
    for (let i = 0; i < rgb.length / 3; i++) {
      rgb[3 * i] = data[4 * i];
      rgb[3 * i + 1] = data[4 * i + 1];
      rgb[3 * i + 2] = data[4 * i + 2];
    }
    const photo = { width: canvas.width, height: canvas.height, rgb };
    return photo.height > tall ? ofHeight(photo, tall) : photo;
  }

  function imageData({ width, height, rgb }) {
    const image = new ImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      image.data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
      image.data[4 * i + 3] = 255;
    }
    return image;
  }

  lab.pixels = { imageData, ofHeight, resized, taken };
})(window.NinLab);
