// The words of the lab in English; {…} is replaced by a value.
NinLab.words("en", {
  common: {
    broken: "This part of the page does not work here ({reason}). The rest " +
      "of the page does.",
    close: "Close this message",
    evidence: "evidence",
    loading: "Loading the network …",
    map: "map",
    mask: "top 10 %",
    noPicture: "“{name}” is not an image that this browser can read. Use a " +
      "PNG, JPEG or WebP file.",
    noWeights: "The weights of the network did not load ({reason}). Check " +
      "the connection, then try again.",
    notLoaded: "This part of the page did not load ({reason}). Check the " +
      "connection, then try again, or load the page anew.",
    open: "Open an image",
    retry: "Try again",
    show: "Show",
    softmax: "→ softmax",
    tooLarge: "The image has {n} megapixels; this page takes up to {most}. " +
      "Make it smaller, then try again.",
    verdict: "{name}, {share} %.",
  },
  average: {
    add: "Add up",
    adding: "{count} of {n} cells",
    and: ", ",
    back: "Put it back",
    dense: "Fully connected",
    denseGradient: "∂s/∂f = W: the weight of the cell",
    denseTerms: "W f: what each cell adds",
    down: "{n} down",
    first: "first place",
    gradient: "Gradient",
    left: "{n} left",
    lost: "Of its {all} cells, {lost} are cut off.",
    map: "feature map f",
    mean: "Average (GAP)",
    meanGradient: "∂s/∂f = 1/{n} {share} in every cell",
    meanTerms: "f/{n}: what each cell adds",
    moved: "The garment has moved: {by}.",
    now: "now",
    parameters: "{n} parameters",
    picture: "image",
    refusal: "It refuses. It has a weight for each of {own} × {own} = " +
      "{needs} cells; this map has {size} × {size} = {gets}.",
    right: "{n} right",
    size: "Map",
    stage: "The garment on the image, and its feature map: arrow keys move " +
      "it by one cell",
    stop: "Stop",
    summed: "The {n} cells add up to {sum}.",
    unmoved: "The garment is at its first place. Drag it.",
    up: "{n} up",
  },
  canvas: {
    add: "Add one",
    around: "Rows {top} to {bottom}, columns {left} to {right}: the white " +
      "frame.",
    behind: "The numbers behind “{name}”",
    bigMap: "Map of {name}, {h} × {w} numbers. Arrow keys move from cell to " +
      "cell.",
    bigOnly: "The canvas can be at most {most} pixels a side, not {n}.",
    canvas: "Canvas",
    canvas28: "on canvases",
    cell: "Row {row}, column {column}: {value}. It sees the {field} × " +
      "{field} pixels in the orange frame.",
    classes: ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal",
      "shirt", "sneaker", "bag", "ankle boot"],
    clear: "Clear",
    dragMe: "drag me",
    draw: "Draw a garment",
    drawHere: "draw here",
    empty: "“{name}” is all one colour: there is no garment to see. Choose " +
      "an image of one garment on a plain background.",
    exp: "Softmax: exp {score} ÷ Σ exp score = {exp} ÷ {total} = {share} %.",
    fc: "fully connected",
    gap: "average",
    garment: "Garment",
    head: "Head",
    inPixels: "{what}, in pixels",
    keys: "Arrow keys move the garment by 1 pixel, with Shift by 4; plus " +
      "and minus change its size; n goes to the next garment; Delete removes " +
      "it. While drawing, arrow keys move the pen and Space puts it down.",
    mean: "→ its mean, the score",
    mirror: "Mirror",
    noNumber: "The side of the canvas must be a whole number of pixels.",
    only28: "on 28 × 28",
    pickCell: "Choose a cell to see what it sees.",
    refusal: "It refuses. Its weights are for 96 × 7 × 7 = {needs} numbers; " +
      "this canvas makes 96 × {h} × {w} = {gets}.",
    remove: "Remove",
    restart: "Reset",
    row: "{name}: {score}, {share}. Score and softmax. Show the numbers.",
    sample: "Test image {n}: {name}",
    samples: "Test images",
    stage: "The canvas with the garment",
    status: "{h} × {w} maps from {side} × {side} pixels, in {ms} ms",
    sum: "{h} × {w} = {n} cells. Sum {sum} ÷ {n} = {mean}, the score.",
    tooSmall: "A canvas of {n} pixels is too small: a pooling window would " +
      "not fit. The smallest is {least}.",
    trained: "Trained",
    undo: "Undo",
    useSize: "Use {n}×{n}",
  },
  photos: {
    brightest: "Row {row}, column {column}: the brightest cell of the map " +
      "“{name}”. It sees the {field} × {field} pixels in the dashed frame. " +
      "Choose another one in the photograph.",
    camera: "Camera",
    cameraMissing: "No camera answers: there is none, or another programme " +
      "uses it. Connect or free one, then try again.",
    cameraRefused: "The browser has not let this page use the camera. Allow " +
      "it in the browser’s settings for this page, then try again.",
    cell: "Row {row}, column {column}: this cell sees the {field} × {field} " +
      "pixels in the orange frame. Choose it again for the brightest.",
    classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog",
      "horse", "ship", "truck"],
    closeUp: "What one cell sees, and says",
    filmed: "The camera is on. The network says: {name}.",
    height: "Height",
    keys: "Arrow keys move from cell to cell, Escape goes back to the " +
      "brightest one; plus and minus make the photograph larger and smaller " +
      "for the network.",
    lit: "Bright where the network sees: {name}",
    mean: "→ its mean",
    open: "Open a photo",
    photo: "Photograph {n}: {name}",
    photos: "Photographs",
    row: "{name}: {score}, {share}. Mean and softmax. Show its map.",
    scenes: ["taxis in a street", "a horse and a bird"],
    sight: "The network sees {height} × {width} pixels, each cell " +
      "{field} × {field} of them.",
    stage: "The photograph as the network sees it",
    status: "{h} × {w} maps from {height} × {width} pixels, in {ms} ms",
    stays: "Your photos and your camera’s pictures stay on your device.",
    stop: "Stop the camera",
    tick: "the brightest cell of the map; the bar is the mean of all",
    trained: "The network sees {height} × {width} pixels, the height of its " +
      "training; each cell sees {field} × {field} of them.",
  },
  plateau: {
    again: "Start again",
    facts: {
      accuracy: "accuracy", dead: "dead logits", gradient: "largest gradient",
      loss: "loss", seed: "seed", steps: "step",
    },
    init: "Initialisation",
    lastRelu: "ReLU at the end",
    lossChart: "The loss; dashed: ln 10 = 2.303",
    many: "20 starts",
    meanChart: "The mean of each logit, step by step",
    newSeed: "New seed",
    pause: "Pause",
    progress: "Seed {seed} of {all}, step {steps} …",
    rate: "Learning rate",
    seedFound: "Seed {seed}: {name}. Show it above.",
    status: "Step {steps}: {name}. Loss {loss}, {dead} of 10 logits dead, " +
      "largest gradient {gradient}, accuracy {accuracy}.",
    step: "Step",
    stop: "Stop",
    strip: "What became of each seed",
    tally: "After up to {steps} steps: {counts}",
    toy: "A toy: five layers of 32-32-10-10-10 channels on 320 made-up " +
      "vectors of ten classes, with no negative numbers and a mean cosine " +
      "of 0.98; SGD with batches of 32, judged on the same vectors. " +
      "It is not the tutorial’s network, whose trainings follow below.",
    train: "Train",
    training: "Training …",
    verdicts: {
      blind: ["blind", "All vectors get the same logits, and these are not " +
        "0: a layer below the last is off everywhere. Waiting is useless."],
      dead: ["dead", "All logits are 0 for all vectors, and the gradient is " +
        "exactly 0. Waiting is useless."],
      diverges: ["diverges", "The numbers overflow."],
      learns: ["learns", "The loss is at least 0.05 below ln 10."],
      plateau: ["plateau", "It knows next to nothing, but a gradient " +
        "gets through. Wait, or treat it."],
    },
  },
  predict: {
    all: "Show all answers on this page",
    compare: "Compare",
    far: "{guess}: no. The answer is {answer}.",
    guess: "Your guess",
    near: "{guess}: close. The answer is {answer}.",
    number: "Enter a number, such as 0.75 or 12,000.",
    right: "{guess}: right.",
    show: "Show me",
    shown: "The answer is {answer}.",
  },
  probe: {
    bias: "Bias of output {to}",
    chance: "Random",
    copy: "Copy",
    hint: "Point at a pixel of a map, or touch one. Choose a weight of W, " +
      "then move its slider.",
    inputMaps: "Input feature maps: arrow keys move the pixel",
    inputs: ["left edges", "upper edges", "surface"],
    message: "One matrix for the whole map: {weights} weights and {biases} " +
      "biases, used at each of the {pixels} pixels.",
    outputMaps: "Output feature maps: arrow keys move the pixel",
    relu: "ReLU",
    rows: ["either", "both", "inside", "left only"],
    scan: "Scan pixels",
    shuffle: "Shuffle pixels",
    start: "Reset",
    status: "Row {row}, column {column}: x is {x}; y is {y}.",
    weight: "Weight from input {from} to output {to}",
    weights: "Weights and biases: choose one, then move the slider",
  },
  shapes: {
    add: "Add",
    addAfter: "Add after layer {n}",
    addLast: "Add at the end",
    batch: "Batch size",
    ceil: "round up",
    channels: "Channels",
    deadTaps: "Layer {at}, {name}: {dead} of the {all} taps of the window " +
      "only ever see padding. Their weights never learn.",
    down: "Move down",
    field: "field [px]",
    idle: "Layer {at}, {name}: it averages a single number, so it does " +
      "nothing.",
    impossible: "does not fit",
    kernel: "Window",
    lastMap: "last map",
    layer: "layer",
    macs: "MACs",
    memory: "memory",
    network: "Network",
    noMaps: "Layer {at}, {name}, needs maps, but the layer before it makes " +
      "a vector. Move it up, or remove it.",
    noSize: "No image of up to 4,096 pixels a side fits.",
    output: "output",
    own: "Your own",
    padding: "Padding",
    params: "parameters",
    presets: {
      alexnet: "AlexNet (d2l)",
      lenet: "LeNet (d2l)",
      nin224: "NiN of the tutorial, at 224",
      nin96: "NiN of the tutorial, at 96",
      ninCifar: "NiN of the paper, for CIFAR-10",
      ninMnist: "NiN of the paper, for MNIST",
      vgg11: "VGG-11",
      vggThin: "VGG-11, thin (d2l)",
    },
    remove: "Remove",
    size: "Input [px]",
    smallest: "The smallest input that fits is {n} × {n}.",
    stride: "Stride",
    table: "The layers of the network. Open a layer to change it.",
    tooSmall: "Layer {at}, {name}, has a window of {kernel} × {kernel}, but " +
      "its input is only {padded} × {padded}.",
    tooSmallPadded: "Layer {at}, {name}, has a window of {kernel} × " +
      "{kernel}, but its input is only {padded} × {padded}, padding included.",
    units: "Units",
    up: "Move up",
    use: "Use {n} × {n}",
    whole: "a whole number from {min} to {max}",
  },
  train: {
    again: "Start again",
    axis: "step {steps}",
    bends: "All four right: with its ReLUs, the border need not be one " +
      "straight line.",
    channels: "Hidden channels",
    colour: "probability of an edge:",
    counts: "Starts that end with all four right:",
    edge: "edge",
    filter: "One filter",
    fresh: "New start",
    layers: "1×1 convolutions",
    loss: "loss",
    lossNow: "loss {loss}",
    micro: "Micro network",
    one: "Step",
    pause: "Pause",
    plain: "no edge",
    rate: "Learning rate",
    ridge: "At most 3 of 4: one hidden channel is one weighted sum. Along it " +
      "the score can only rise or only fall, so the border is one straight " +
      "line.",
    rightNow: "{right} of 4 right",
    settled: "Settled at ln 2: 50 % everywhere. More than 3 of 4 is " +
      "impossible: the scores of the two edges add up to 2c, and so do the " +
      "other two.",
    starts: "{starts} starts for each width",
    stuck: "Stuck at {right} of 4, though there are weights that get all " +
      "four right. Try a new start, more channels or a smaller learning rate.",
    train: "Train",
    where: "Start {seed}, step {step} of {steps}",
    width: "{channels} hidden",
    wrong: "wrong",
  },
});
