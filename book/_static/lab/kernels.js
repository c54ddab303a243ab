// The kernels of kernels.c in plain JavaScript, for a browser without
// WebAssembly SIMD: the same layout, the same order of additions.
(function (lab) {
  "use strict";

  // y[i] = windows[i] * weights + bias for `count` pixels.
  function multiply(x, from, count, length, { w, b }, y, to, co, relu) {
    for (let o = 0; o < co; o += 8) {
      const channels = Math.min(8, co - o);
      for (let i = 0; i < count; i++) {
        let [s0, s1, s2, s3, s4, s5, s6, s7] = b.subarray(o, o + 8);
        let at = o * length;
        const start = from + i * length;
        for (let k = start; k < start + length; k++, at += 8) {
          const value = x[k];
          s0 += value * w[at];
          s1 += value * w[at + 1];
          s2 += value * w[at + 2];
          s3 += value * w[at + 3];
          s4 += value * w[at + 4];
          s5 += value * w[at + 5];
          s6 += value * w[at + 6];
          s7 += value * w[at + 7];
        }
        const sums = [s0, s1, s2, s3, s4, s5, s6, s7];
        for (let c = 0; c < channels; c++) {
          const sum = sums[c];
          y[to + i * co + o + c] = relu && sum < 0 ? 0 : sum;
        }
      }
    }
  }

  // Lay the window at (top, left) out from `to` on, 0 outside of the map.
  function window(x, height, width, ci, top, left, kernel, windows, to) {
    for (let a = top; a < top + kernel; a++) {
      for (let b = left; b < left + kernel; b++, to += ci) {
        if (a >= 0 && a < height && b >= 0 && b < width) {
          const from = (a * width + b) * ci;
          for (let c = 0; c < ci; c++) windows[to + c] = x[from + c];
        } else windows.fill(0, to, to + ci);
      }
    }
  }

  const CHUNK = 48;

  function conv(x, height, width, ci, layer, weights, y, windows) {
    const { channels: co, kernel, stride, padding, relu } = layer;
    const columns = Math.floor((width + 2 * padding - kernel) / stride) + 1;
    const rows = Math.floor((height + 2 * padding - kernel) / stride) + 1;
    const n = rows * columns, length = kernel * kernel * ci;
    if (kernel === 1 && stride === 1 && padding === 0) {
      multiply(x, 0, n, length, weights, y, 0, co, relu);
      return;
    }
    for (let first = 0; first < n; first += CHUNK) {
      const count = Math.min(CHUNK, n - first);
      for (let i = 0; i < count; i++) {
        const top = Math.floor((first + i) / columns) * stride - padding;
        const left = ((first + i) % columns) * stride - padding;
        window(x, height, width, ci, top, left, kernel, windows, i * length);
      }
      multiply(windows, 0, count, length, weights, y, first * co, co, relu);
    }
  }

  function maxPool(x, height, width, c, y, rows, columns, layer) {
    const { kernel, stride } = layer;
    let to = 0;
    for (let i = 0; i < rows; i++) {
      const bottom = Math.min(i * stride + kernel, height);
      for (let j = 0; j < columns; j++) {
        const right = Math.min(j * stride + kernel, width);
        for (let q = 0; q < c; q++) {
          let best = -Infinity;
          for (let a = i * stride; a < bottom; a++) {
            for (let b = j * stride; b < right; b++) {
              best = Math.max(best, x[(a * width + b) * c + q]);
            }
          }
          y[to++] = best;
        }
      }
    }
  }

  lab.kernels = { CHUNK, conv, maxPool };
})(window.NinLab);
