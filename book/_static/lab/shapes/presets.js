// Networks to start from, and new layers.
(function (lab) {
  "use strict";

  const conv = (channels, kernel, stride = 1, padding = 0) =>
    ({ kind: "Conv2D", channels, kernel, stride, padding });
  const pool = (kernel, stride, ceil = false) =>
    ({ kind: "MaxPool2D", kernel, stride, padding: 0, ceil });
  const dense = (units) => ({ kind: "Dense", units });
  const plain = (kind) => ({ kind });

  // A convolution and 1×1 convolutions behind it.
  const block = ([first, ...rest], kernel, stride, padding) =>
    [conv(first, kernel, stride, padding), ...rest.map((n) => conv(n, 1))];
  const average = [plain("GlobalAvgPool2D"), plain("Flatten")];
  const head = (classes) => [
    dense(4096), plain("Dropout"), dense(4096), plain("Dropout"),
    dense(classes),
  ];

  const nin = [
    ...block([96, 96, 96], 11, 4, 0), pool(3, 2),
    ...block([256, 256, 256], 5, 1, 2), pool(3, 2),
    ...block([384, 384, 384], 3, 1, 1), pool(3, 2), plain("Dropout"),
    ...block([10, 10, 10], 3, 1, 1), ...average,
  ];

  const vgg = (blocks, classes) => [
    ...blocks.flatMap(([n, channels]) => [
      ...Array.from({ length: n }, () => conv(channels, 3, 1, 1)),
      pool(2, 2),
    ]),
    ...head(classes),
  ];

  const PRESETS = {
    nin224: { channels: 1, layers: nin, size: 224 },
    nin96: { channels: 1, layers: nin, size: 96 },
    ninMnist: {
      channels: 1,
      layers: [
        ...block([96, 64, 48], 5, 1, 2), pool(3, 2, true), plain("Dropout"),
        ...block([128, 96, 48], 5, 1, 2), pool(3, 2, true), plain("Dropout"),
        ...block([128, 96, 10], 5, 1, 2), ...average,
      ],
      size: 28,
    },
    ninCifar: {
      channels: 3,
      layers: [
        ...block([192, 160, 96], 5, 1, 2), pool(3, 2, true), plain("Dropout"),
        ...block([192, 192, 192], 5, 1, 2), pool(3, 2, true),
        plain("Dropout"),
        ...block([192, 192, 10], 3, 1, 1), ...average,
      ],
      size: 32,
    },
    lenet: {
      channels: 1,
      layers: [
        conv(6, 5), pool(2, 2), conv(16, 5), pool(2, 2), dense(120),
        dense(84), dense(10),
      ],
      size: 28,
    },
    alexnet: {
      channels: 1,
      layers: [
        conv(96, 11, 4), pool(3, 2), conv(256, 5, 1, 2), pool(3, 2),
        conv(384, 3, 1, 1), conv(384, 3, 1, 1), conv(256, 3, 1, 1),
        pool(3, 2), ...head(10),
      ],
      size: 224,
    },
    vggThin: {
      channels: 1,
      layers: vgg([[1, 16], [1, 32], [2, 64], [2, 128], [2, 128]], 10),
      size: 224,
    },
    vgg11: {
      channels: 3,
      layers: vgg([[1, 64], [1, 128], [2, 256], [2, 512], [2, 512]], 1000),
      size: 224,
    },
  };

  const NEW = {
    Conv2D: conv(64, 3, 1, 1), MaxPool2D: pool(3, 2),
    AvgPool2D: { ...pool(3, 2), kind: "AvgPool2D" },
    GlobalAvgPool2D: plain("GlobalAvgPool2D"), Dense: dense(10),
    BatchNorm: plain("BatchNorm"), Dropout: plain("Dropout"),
    Flatten: plain("Flatten"),
  };

  lab.shapesPresets = { NEW, PRESETS };
})(window.NinLab);
