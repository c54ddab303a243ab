// Two heads on one feature map: the average, and one weight for each cell.
// Nothing here knows of the page.
(function (lab) {
  "use strict";

  // What the map answers to the garment; it is 0 wherever there is none.
  const GARMENT = [[5, 7, 5], [4, 9, 4], [4, 7, 4]];
  const SPAN = GARMENT.length; // cells a side
  const LEARNED = { place: [2, 1], size: 7 }; // where the weights come from

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // The map of size × size cells, row by row, with the garment's upper left
  // cell at `place`; what is outside is cut off.
  function featureMap(size, [top, left]) {
    const map = Array(size * size).fill(0);
    GARMENT.flat().forEach((value, i) => {
      const row = top + Math.floor(i / SPAN), column = left + (i % SPAN);
      const inside = Math.min(row, column) >= 0 && Math.max(row, column) < size;
      if (inside) map[row * size + column] = value;
    });
    return map;
  }

  // Each head gives its score, what each cell adds to it, and how it changes
  // with the value of each cell. With `count` the score is that of the first
  // cells only.
  function average(map, count = map.length) {
    const n = map.length;
    return {
      gradient: Array(n).fill(1 / n), parameters: 0,
      score: sum(map.slice(0, count)) / n, terms: map.map((f) => f / n),
    };
  }

  // null if there is not one weight for each cell.
  function dense(map, weights, count = map.length) {
    if (map.length !== weights.length) return null;
    const terms = map.map((f, i) => weights[i] * f);
    return {
      gradient: weights, parameters: weights.length,
      score: sum(terms.slice(0, count)), terms,
    };
  }

  // Where gradient descent on the squared error ends, from weights of 0, with
  // this one map and this score: at the multiple of the map that has it.
  function learn(map, score) {
    const square = sum(map.map((f) => f * f));
    return map.map((f) => (score * f) / square);
  }

  const first = featureMap(LEARNED.size, LEARNED.place);
  const WEIGHTS = learn(first, average(first).score);

  lab.heads = {
    GARMENT, LEARNED, SPAN, WEIGHTS, average, dense, featureMap, sum,
  };
})(window.NinLab);
