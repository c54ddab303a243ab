// A reader's own image: from a file to 28x28, bright on black.
(function (lab) {
  "use strict";

  const { openImage, problem } = lab;
  const { SIDE } = lab.sizes;

  // Grey values of a square of one colour with the image in its middle;
  // `below` shines through where the image is transparent.
  function drawn(image, side, width, height, colour, below) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    const box = [(side - width) / 2, (side - height) / 2, width, height];
    context.fillStyle = colour;
    context.fillRect(0, 0, side, side);
    context.fillStyle = below;
    context.fillRect(...box);
    context.drawImage(image, ...box);
    const { data } = context.getImageData(0, 0, side, side);
    const grey = new Float32Array(side ** 2);
    for (let i = 0; i < grey.length; i++) {
      grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] +
        0.114 * data[4 * i + 2];
    }
    return grey;
  }

  // The whole image as a square in the colour of its own border, halved
  // until it fits: one step from thousands of pixels to 28 would skip most.
  function shrunk(image, below) {
    const { naturalWidth, naturalHeight } = image;
    const longest = Math.max(naturalWidth, naturalHeight);
    let side = SIDE;
    while (2 * side <= longest && side < 1024) side *= 2;
    const edge = border(drawn(image, SIDE, SIDE, SIDE, below, below));
    let grey = drawn(image, side, (naturalWidth * side) / longest,
                     (naturalHeight * side) / longest,
                     `rgb(${edge} ${edge} ${edge})`, below);
    for (; side > SIDE; side /= 2) grey = halved(grey, side);
    return grey;
  }

  function halved(grey, side) {
    const half = side / 2, smaller = new Float32Array(half ** 2);
    for (let i = 0; i < half; i++) {
      for (let j = 0; j < half; j++) {
        const at = 2 * i * side + 2 * j;
        smaller[i * half + j] = (grey[at] + grey[at + 1] + grey[at + side] +
          grey[at + side + 1]) / 4;
      }
    }
    return smaller;
  }

  function border(grey) {
    let sum = 0;
    for (let i = 0; i < SIDE; i++) {
      sum += grey[i] + grey[SIDE * (SIDE - 1) + i] + grey[SIDE * i] +
        grey[SIDE * i + SIDE - 1];
    }
    return sum / (4 * SIDE);
  }

  const spread = (grey) => Math.max(...grey) - Math.min(...grey);

  // As the images of Fashion-MNIST were made: the background black, the
  // garment bright, its contrast drawn to the full.
  function normalised(grey) {
    const edge = border(grey), bright = edge > 127;
    const values = grey.map((v) => Math.max(bright ? edge - v : v - edge, 0));
    const most = Math.max(...values, 1);
    return Uint8Array.from(values, (v) => Math.round((255 * v) / most));
  }

  // File -> Uint8Array of 784. What is transparent counts as background.
  lab.upload = async function (file) {
    const image = await openImage(file);
    let grey = shrunk(image, "white");
    if (spread(grey) < 16) grey = shrunk(image, "black"); // white on nothing
    if (spread(grey) < 16) throw problem("empty", { name: file.name });
    return normalised(grey);
  };
})(window.NinLab);
