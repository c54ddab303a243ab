// The same pass by the compiled kernels, and the choice between both.
(function (lab) {
  "use strict";

  const { checksum, decode, Net, plainBackend, room, unpack } = lab.engine;
  const align = (bytes) => (bytes + 15) & ~15;
  const plans = {};

  function wasmBackend({ layers }, { weights, fc }, memory, exports) {
    let free = align(exports.__heap_base.value);
    function keep(values) {
      const at = free;
      new Float32Array(memory.buffer, at).set(values);
      free = align(free + 4 * values.length);
      return at;
    }
    const kept = weights.map((one) => one && [keep(one.w), keep(one.b)]);

    function forward(picture, height, width, sizes) {
      const { map, windows } = room(layers, height, width, sizes);
      let x = free, y = align(x + 4 * map), channels = 1;
      const scratch = align(y + 4 * map);
      const missing = scratch + 4 * windows - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      new Float32Array(memory.buffer, x).set(picture);
      layers.forEach((layer, i) => {
        const size = sizes[i], { kernel, stride, padding, relu } = layer;
        if (layer.kind === "pool") {
          exports.max_pool(x, height, width, channels, y, size.height,
                           size.width, kernel, stride);
        } else {
          exports.conv(x, height, width, channels, ...kept[i], y,
                       layer.channels, kernel, stride, padding, scratch, relu);
        }
        ({ channels, height, width } = size);
        [x, y] = [y, x];
      });
      const cells = height * width;
      const view = (at, n) => new Float32Array(memory.buffer, at, n);
      return {
        last: view(x, channels * cells),
        features: view(y, sizes.at(-2).channels * cells).slice(),
      };
    }
    return { name: "wasm", forward, fc };
  }

  async function compiled(plan, parts) {
    const floats = parts.weights.reduce(
      (sum, one) => sum + (one ? one.w.length + one.b.length + 8 : 0), 0);
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((4 * floats) / 65536) + 2,
    });
    const module = await WebAssembly.instantiate(decode(lab.wasm), {
      env: { memory },
    });
    return wasmBackend(plan, parts, memory, module.instance.exports);
  }

  // Called by the file weights-<name>.js.
  lab.engine.weights = function (name, plan) {
    plans[name] = plan;
  };

  // The network of weights-<name>.js. `only`: "js" or "wasm", for tests.
  lab.engine.load = async function (name, only) {
    await lab.script(`weights-${name}.js`);
    const plan = plans[name], bytes = plan && decode(plan.bytes);
    if (!plan || checksum(bytes) !== plan.checksum) {
      lab.forget(`weights-${name}.js`);
      throw new Error(`weights-${name}.js is damaged`);
    }
    const parts = unpack(plan, bytes);
    if (only !== "js") {
      try {
        return new Net(plan, await compiled(plan, parts));
      } catch (error) {
        if (only) throw error; // else: no WebAssembly SIMD here
      }
    }
    return new Net(plan, plainBackend(plan, parts));
  };
})(window.NinLab);
