// Network in Network in the browser: weights and one pass, by kernels.c.
(function (lab) {
  "use strict";

  const { outputs, smallestSize } = lab.layers;
  const PANEL = 8, CHUNK = 48; // as in kernels.c
  const PAGE = 65536; // bytes of WebAssembly's memory
  const align = (bytes) => (bytes + 15) & ~15;
  const isConv = ({ kind }) => kind === "Conv2D";
  const plans = {};
  let kernels = null;

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

  class Net {
    // values: bias and weights of each convolution in panels of output
    // channels, then those of the fully connected head, if there is one.
    constructor({ layers, head, inputs }, values, memory,
                { conv, max_pool, free }) {
      Object.assign(this, { conv, inputs, layers, max_pool, memory });
      let at = 0, channels = inputs;
      const take = (n) => values.subarray(at, (at += n));
      const keep = (n) => {
        const address = free;
        new Float32Array(memory.buffer, address).set(take(n));
        free = align(free + 4 * n);
        return address;
      };
      this.weights = layers.map((layer) => {
        if (!isConv(layer)) return null;
        const padded = Math.ceil(layer.channels / PANEL) * PANEL;
        const bias = keep(padded);
        const panels = keep(padded * layer.kernel ** 2 * channels);
        channels = layer.channels;
        return [panels, bias];
      });
      this.free = free;
      this.head = head && { b: take(10), w: take(10 * head.inputs), ...head };
      this.smallest = smallestSize(layers, inputs);
    }

    // [{channels, height, width}] behind each layer.
    sizes(height, width) {
      let channels = this.inputs;
      return this.layers.map((layer) => {
        height = outputs(height, layer);
        width = outputs(width, layer);
        channels = layer.channels ?? channels;
        return { channels, height, width };
      });
    }

    // Where in memory two maps and the windows of a convolution lie.
    room(sizes, pixels) {
      let map = pixels, windows = 0, channels = this.inputs;
      this.layers.forEach((layer, i) => {
        const size = sizes[i];
        map = Math.max(map, size.channels * size.height * size.width);
        if (isConv(layer) && layer.kernel > 1) {
          windows = Math.max(windows, CHUNK * layer.kernel ** 2 * channels);
        }
        channels = size.channels;
      });
      const x = this.free, y = align(x + 4 * map), scratch = align(y + 4 * map);
      const missing = scratch + 4 * windows - this.memory.buffer.byteLength;
      if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
      return { x, y, scratch };
    }

    // The maps of the last layer and of the one before it, pixel by pixel.
    forward(picture, height, width, sizes) {
      let { x, y, scratch } = this.room(sizes, picture.length);
      let channels = this.inputs;
      const view = (address, size) => new Float32Array(
        this.memory.buffer, address, size.channels * height * width);
      new Float32Array(this.memory.buffer, x).set(picture);
      this.layers.forEach((layer, i) => {
        const size = sizes[i], { kernel, stride, padding, relu } = layer;
        if (isConv(layer)) {
          this.conv(x, height, width, channels, ...this.weights[i], y,
                    layer.channels, kernel, stride, padding, scratch, relu);
        } else {
          this.max_pool(x, height, width, channels, y, size.height,
                        size.width, kernel, stride);
        }
        ({ channels, height, width } = size);
        [x, y] = [y, x];
      });
      return { last: view(x, sizes.at(-1)),
               features: view(y, sizes.at(-2)).slice() };
    }

    // picture: height * width * inputs numbers in [0, 1], the colours of a
    // pixel side by side ->
    //   maps [10][height'][width'], logits [10]: the mean of each map,
    //   features [height'][width'][channels]: before the last convolution.
    run(picture, height, width) {
      if (picture.length !== height * width * this.inputs) {
        throw new RangeError("an image has height * width * inputs numbers");
      }
      if (Math.min(height, width) < this.smallest) {
        throw new RangeError("canvas too small");
      }
      const begin = performance.now();
      const sizes = this.sizes(height, width);
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
      return { maps, h, w, logits, features, ms };
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

  // Fails where the browser has no WebAssembly, or has it without SIMD.
  async function compile() {
    kernels ??= await WebAssembly.compile(lab.bytes(lab.wasm));
  }

  // Called by the file weights-<name>.js.
  function weights(name, plan) {
    plans[name] = plan;
  }

  // The network of weights-<name>.js, once the kernels are compiled.
  async function load(name) {
    const file = `engine/weights-${name}.js`;
    await lab.script(file);
    if (!plans[name]) {
      lab.forget(file);
      throw new Error(file);
    }
    const { buffer } = lab.bytes(plans[name].bytes);
    const values = widen(new Uint16Array(buffer));
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((4 * values.length) / PAGE) + 2,
    });
    const { exports } = await WebAssembly.instantiate(kernels,
                                                      { env: { memory } });
    const free = align(exports.__heap_base.value);
    return new Net(plans[name], values, memory, { ...exports, free });
  }

  lab.engine = { compile, load, weights };
})(window.NinLab);
