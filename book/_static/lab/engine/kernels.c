/* Convolution and max pooling for WebAssembly SIMD, without any library.
 *
 * A map of C channels, H rows and W columns is stored as [H][W][C]: all
 * channels of a pixel lie side by side, and a 1x1 convolution is a product of
 * matrices as it stands. Weights come in panels of 8 output channels,
 * [Co / 8][kernel * kernel * Ci][8], biases padded to a multiple of 8.
 * scripts/build_lab.py compiles this file into kernels-wasm.js.
 */
#include <wasm_simd128.h>

#define EXPORT __attribute__((visibility("default")))

enum {
    PANEL = 8,  /* output channels computed together: two vectors */
    PIXELS = 4, /* output pixels computed together */
    CHUNK = 48, /* output pixels whose windows are laid out at once */
};

static v128_t relu4(v128_t x) {
    return wasm_f32x4_pmax(wasm_f32x4_splat(0), x);
}

/* y[n][co] = x[n][length] * panels + bias, for n pixels. */
static void multiply(const float *x, int n, int length, const float *panels,
                     const float *bias, float *y, int co, int relu) {
    for (int o = 0; o < co; o += PANEL, panels += PANEL * length) {
        for (int i = 0; i < n; i += PIXELS) {
            const float *row[PIXELS], *w = panels;
            v128_t sum[PIXELS][2];
            for (int j = 0; j < PIXELS; j++) { /* past the end: the last */
                row[j] = x + (long)(i + j < n ? i + j : n - 1) * length;
                sum[j][0] = wasm_v128_load(bias + o);
                sum[j][1] = wasm_v128_load(bias + o + 4);
            }
            for (int k = 0; k < length; k++, w += PANEL) {
                v128_t w0 = wasm_v128_load(w), w1 = wasm_v128_load(w + 4);
#pragma clang loop unroll(full)
                for (int j = 0; j < PIXELS; j++) {
                    v128_t value = wasm_v128_load32_splat(row[j] + k);
                    sum[j][0] = wasm_f32x4_add(sum[j][0],
                                               wasm_f32x4_mul(value, w0));
                    sum[j][1] = wasm_f32x4_add(sum[j][1],
                                               wasm_f32x4_mul(value, w1));
                }
            }
            for (int j = 0; j < PIXELS && i + j < n; j++) {
                float *to = y + (long)(i + j) * co + o;
                if (relu) {
                    sum[j][0] = relu4(sum[j][0]);
                    sum[j][1] = relu4(sum[j][1]);
                }
                if (o + PANEL <= co) {
                    wasm_v128_store(to, sum[j][0]);
                    wasm_v128_store(to + 4, sum[j][1]);
                } else {
                    for (int c = 0; c < co - o; c++)
                        to[c] = ((float *)sum[j])[c];
                }
            }
        }
    }
}

/* Lay the window at (top, left) out as one row, 0 outside of the map. */
static float *window(const float *x, int height, int width, int ci, int top,
                     int left, int kernel, float *to) {
    for (int a = top; a < top + kernel; a++)
        for (int b = left; b < left + kernel; b++) {
            int inside = a >= 0 && a < height && b >= 0 && b < width;
            const float *from = x + ((long)a * width + b) * ci;
            for (int c = 0; c < ci; c++) *to++ = inside ? from[c] : 0;
        }
    return to;
}

/* x [height][width][ci] -> y [height'][width'][co]; `windows` is room for
 * CHUNK * kernel * kernel * ci floats. */
EXPORT void conv(const float *x, int height, int width, int ci,
                 const float *panels, const float *bias, float *y, int co,
                 int kernel, int stride, int padding, float *windows,
                 int relu) {
    int rows = (height + 2 * padding - kernel) / stride + 1;
    int columns = (width + 2 * padding - kernel) / stride + 1;
    int n = rows * columns, length = kernel * kernel * ci;
    if (kernel == 1 && stride == 1 && padding == 0) {
        multiply(x, n, length, panels, bias, y, co, relu);
        return;
    }
    for (int first = 0; first < n; first += CHUNK) {
        int count = n - first < CHUNK ? n - first : CHUNK;
        float *to = windows;
        for (int i = first; i < first + count; i++)
            to = window(x, height, width, ci, i / columns * stride - padding,
                        i % columns * stride - padding, kernel, to);
        multiply(windows, count, length, panels, bias, y + (long)first * co,
                 co, relu);
    }
}

/* x [height][width][c] -> y [rows][columns][c], c a multiple of 4; windows
 * that reach over the edge take what is there. */
EXPORT void max_pool(const float *x, int height, int width, int c, float *y,
                     int rows, int columns, int kernel, int stride) {
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++, y += c)
            for (int q = 0; q < c; q += 4) {
                v128_t best = wasm_f32x4_splat(-3.4e38f);
                for (int a = i * stride;
                     a < i * stride + kernel && a < height; a++)
                    for (int b = j * stride;
                         b < j * stride + kernel && b < width; b++)
                        best = wasm_f32x4_pmax(best,
                            wasm_v128_load(x + ((long)a * width + b) * c + q));
                wasm_v128_store(y + q, best);
            }
}
