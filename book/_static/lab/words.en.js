// The words of the lab in English; {…} is replaced by a value.
NinLab.words("en", {
  common: {
    broken: "This part of the page does not work here ({reason}). The rest " +
      "of the page does.",
    close: "Close this message",
  },
  canvas: {
    add: "Add one",
    behind: "The numbers behind “{name}”",
    bigMap: "Map of {name}, {h} × {w} numbers. Arrow keys move from cell to " +
      "cell.",
    bigOnly: "The canvas can have up to {most} pixels a side, not {n}.",
    canvas: "Canvas",
    canvas28: "on canvases",
    cell: "Row {row}, column {column}: {value}. It sees the {field} × " +
      "{field} pixels in the orange frame.",
    classes: ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal",
      "shirt", "sneaker", "bag", "ankle boot"],
    dragMe: "drag me",
    draw: "Draw a garment",
    drop: "Drop the picture",
    empty: "“{name}” has one colour only: there is no garment to see. " +
      "Choose a picture of one garment on a plain background.",
    evidence: "evidence",
    exp: "Softmax: exp {score} ÷ Σ exp score = {exp} ÷ {total} = {share} %.",
    fc: "fully connected",
    gap: "average",
    garment: "Garment",
    head: "Head",
    inPixels: "{what}, in pixels",
    keys: "Arrow keys move the garment by 1 pixel, with Shift by 4; plus " +
      "and minus change its size; n goes to the next garment; Delete takes it " +
      "away. While drawing, arrow keys move the pen and Space puts it down.",
    loading: "Loading the network …",
    map: "map",
    mask: "top 10 %",
    mean: "→ its mean, the score",
    mirror: "Mirror",
    noNumber: "The side of the canvas must be a whole number of pixels.",
    noPicture: "“{name}” is not a picture that this browser can read. Use a " +
      "PNG, JPEG or WebP file.",
    noWeights: "The weights of the network did not load ({reason}). Check " +
      "the connection, then try again.",
    only28: "on 28 × 28",
    open: "Open a picture",
    pickCell: "Choose a cell to see what it sees.",
    refusal: "It refuses. Its weights are for 96 × 7 × 7 = {needs} numbers; " +
      "this canvas makes 96 × {h} × {w} = {gets}.",
    remove: "Remove",
    restart: "Reset",
    retry: "Try again",
    row: "{name}: score {score}, {share}. Show the numbers behind it.",
    sample: "Test picture {n}: {name}",
    samples: "Test pictures",
    show: "Show",
    softmax: "→ softmax",
    stage: "The canvas with the garment",
    status: "{h} × {w} maps of {side} × {side} pixels in {ms} ms",
    sum: "{h} × {w} = {n} cells. Sum {sum} ÷ {n} = {mean}, the score.",
    tooLarge: "The picture has {n} megapixels; up to {most} are possible " +
      "here. Make it smaller, then try again.",
    tooSmall: "A canvas of {n} pixels is too small: the window of a pooling " +
      "would not fit. The smallest is {least}.",
    trained: "Trained",
    verdict: "{name}, {share} %.",
  },
});
