// Network in Network in the browser: shapes, weights, one pass.
(function (lab) {
  "use strict";

  const { CHUNK, conv, maxPool } = lab.kernels;

  function decode(base64) {
    const text = atob(base64), bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  // float16 to float32, exactly.
  function widen(halves) {
    const values = new Float32Array(halves.length);
    for (let i = 0; i < halves.length; i++) {
      const h = halves[i], exponent = (h >> 10) & 31, fraction = h & 1023;
      const size = exponent
        ? 2 ** (exponent - 15) * (1 + fraction / 1024)
        : 2 ** -14 * (fraction / 1024);
      values[i] = h & 0x8000 ? -size : size;
    }
    return values;
  }

  // A sum that a damaged file does not have (Adler-32).
  function checksum(bytes) {
    let a = 1, b = 0;
    for (let i = 0; i < bytes.length; ) {
      for (const end = Math.min(i + 3000, bytes.length); i < end; i++) {
        a += bytes[i];
        b += a;
      }
      a %= 65521;
      b %= 65521;
    }
    return b * 65536 + a;
  }

  // Length of a map behind a layer; max pooling rounds up, as in `nin_mnist`.
  // A window that is larger than the map is an error, as in MXNet.
  function lengthBehind({ kind, kernel, stride, padding = 0 }, length) {
    const steps = (length + 2 * padding - kernel) / stride;
    if (steps < 0) throw new RangeError("canvas too small");
    return (kind === "pool" ? Math.ceil(steps) : Math.floor(steps)) + 1;
  }

  // [{channels, height, width}] behind each layer.
  function shapes(layers, height, width) {
    let channels = 1;
    return layers.map((layer) => {
      height = lengthBehind(layer, height);
      width = lengthBehind(layer, width);
      channels = layer.channels ?? channels;
      return { channels, height, width };
    });
  }

  // The smallest canvas that leaves at least one cell of the last map.
  function smallest(layers) {
    for (let side = 1; ; side++) {
      try {
        shapes(layers, side, side);
        return side;
      } catch {
        continue;
      }
    }
  }

  // Cut the file into {w, b} a convolution, in panels of 8 output channels.
  function unpack({ layers, head }, bytes) {
    const values = widen(new Uint16Array(bytes.buffer));
    let at = 0, channels = 1;
    const take = (n) => values.subarray(at, (at += n));
    const weights = layers.map((layer) => {
      if (layer.kind === "pool") return null;
      const length = layer.kernel ** 2 * channels;
      const padded = Math.ceil(layer.channels / 8) * 8;
      channels = layer.channels;
      return { b: take(padded), w: take(padded * length) };
    });
    const fc = head && { b: take(10), w: take(10 * head.inputs), ...head };
    return { weights, fc };
  }

  class Net {
    constructor(plan, backend) {
      this.layers = plan.layers;
      this.backend = backend.name;
      this.smallest = smallest(plan.layers);
      this.forward = backend.forward;
      this.head = backend.fc;
    }

    // picture: height * width numbers in [0, 1] ->
    //   maps [10][height'][width'], logits [10]: the mean of each map,
    //   features [height'][width'][96]: before the last 1x1 convolution.
    run(picture, height, width) {
      if (picture.length !== height * width) {
        throw new RangeError("a picture has height * width numbers");
      }
      const begin = performance.now();
      const sizes = shapes(this.layers, height, width);
      const { channels, height: h, width: w } = sizes.at(-1);
      const { last, features } = this.forward(picture, height, width, sizes);
      const cells = h * w, maps = new Float32Array(channels * cells);
      const logits = new Float32Array(channels);
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let i = 0; i < cells; i++) {
          sum += maps[c * cells + i] = last[i * channels + c];
        }
        logits[c] = sum / cells;
      }
      const ms = performance.now() - begin;
      return { maps, h, w, logits, features, sizes, ms };
    }

    // Scores of the fully connected head, or null: it takes one size only.
    fullyConnected({ features }) {
      const { w, b, inputs } = this.head;
      if (features.length !== inputs) return null;
      return b.map((bias, c) => {
        let sum = bias;
        const row = w.subarray(c * inputs, (c + 1) * inputs);
        for (let i = 0; i < inputs; i++) sum += row[i] * features[i];
        return sum;
      });
    }
  }

  // Floats that each of the two maps and the windows need at most.
  function room(layers, height, width, sizes) {
    let map = height * width, windows = 0, channels = 1;
    layers.forEach((layer, i) => {
      const size = sizes[i];
      map = Math.max(map, size.channels * size.height * size.width);
      if (layer.kernel > 1 && layer.kind === "conv") {
        windows = Math.max(windows, CHUNK * layer.kernel ** 2 * channels);
      }
      channels = size.channels;
    });
    return { map, windows };
  }

  function plainBackend({ layers }, { weights, fc }) {
    function forward(picture, height, width, sizes) {
      const { map, windows } = room(layers, height, width, sizes);
      const scratch = new Float32Array(windows);
      let x = new Float32Array(map), y = new Float32Array(map), channels = 1;
      x.set(picture);
      layers.forEach((layer, i) => {
        const size = sizes[i];
        if (layer.kind === "pool") {
          maxPool(x, height, width, channels, y, size.height, size.width,
                  layer);
        } else {
          conv(x, height, width, channels, layer, weights[i], y, scratch);
        }
        ({ channels, height, width } = size);
        [x, y] = [y, x];
      });
      const cells = height * width;
      const before = sizes.at(-2).channels * cells;
      return { last: x, features: y.slice(0, before) };
    }
    return { name: "js", forward, fc };
  }

  lab.engine = {
    checksum, decode, Net, plainBackend, room, shapes, smallest, unpack,
  };
})(window.NinLab);
