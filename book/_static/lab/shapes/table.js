// The numbers of the shape calculator: rows with bars, totals, remarks.
(function (lab) {
  "use strict";

  const { el } = lab, { label } = lab.layers;
  const { count } = lab.shapesEditor;

  function decimal(value, digits) {
    return value.toLocaleString(lab.language, {
      maximumFractionDigits: digits, minimumFractionDigits: digits,
    });
  }

  // Bytes, as kB, MB or GB with three digits.
  function memory(bytes) {
    const units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let unit = 0;
    for (; bytes >= 999.5 && unit < units.length - 1; unit++) bytes /= 1000;
    const digits = unit && bytes < 100 ? (bytes < 10 ? 2 : 1) : 0;
    return `${decimal(bytes, digits)} ${units[unit]}`;
  }

  const shape = ([, ...sizes]) => sizes.map(count).join(" × ");

  // A number with a bar behind it.
  function put(cell, text, share) {
    cell.textContent = text;
    cell.style.setProperty("--share", `${100 * Math.min(share, 1)}%`);
  }

  function fillRow({ cells, name, row }, layer, done, tops, size) {
    row.classList.toggle("undone", !done);
    name.textContent = label(layer);
    if (!done) {
      for (const cell of cells) put(cell, "–", 0);
      return;
    }
    const [output, params, macs, bytes, field] = cells;
    put(output, shape(done.shape), 0);
    put(params, done.params ? count(done.params) : "", done.params /
      tops.params);
    put(macs, done.macs ? count(done.macs) : "", done.macs / tops.macs);
    put(bytes, memory(done.bytes), done.bytes / tops.bytes);
    put(field, count(done.field), done.field / size);
  }

  // The last shape that still is a map: none behind global pooling.
  const lastMap = (rows) => rows.filter(({ stride }) => stride).at(-1);

  function fillCards(widget) {
    const { problem, rows, totals } = widget.result, map = lastMap(rows);
    const cards = [
      ["lastMap", problem || !map ? "–" : shape(map.shape)],
      ["params", problem ? "–" : count(totals.params)],
      ["macs", problem ? "–" : count(totals.macs)],
      ["memory", problem ? "–" : memory(totals.bytes)],
    ];
    const told = cards.flat().join();
    if (told === widget.toldCards) return; // a screen reader reads changes only
    widget.toldCards = told;
    widget.cards.replaceChildren(...cards.map(([key, text]) =>
      el("div", {}, [el("dt", {}, widget.t(key)), el("dd", {}, text)])));
  }

  // What is allowed, but hardly meant.
  function remarks(widget) {
    const { rows } = widget.result, found = [];
    rows.forEach((row, i) => {
      const layer = widget.layers[i], at = i + 1, all = layer.kernel ** 2;
      const before = i ? rows[i - 1].shape : widget.start.shape;
      if (row.taps < all) {
        found.push([i, widget.t("deadTaps", {
          all, at, dead: all - row.taps, name: row.name,
        })]);
      }
      if (layer.kind === "GlobalAvgPool2D" && before[2] === 1) {
        found.push([i, widget.t("idle", { at, name: row.name })]);
      }
    });
    return found;
  }

  function fill(widget) {
    const { problem, rows } = widget.result;
    const top = (key) => Math.max(1, ...rows.map((row) => row[key]));
    const tops = {
      bytes: top("bytes"), macs: top("macs"), params: top("params"),
    };
    const found = problem ? [] : remarks(widget);
    widget.rows.forEach((row, i) => {
      fillRow(row, widget.layers[i], rows[i], tops, widget.size);
      const bad = problem?.at === i;
      row.row.classList.toggle("bad", bad);
      row.row.classList.toggle("odd", found.some(([at]) => at === i));
      if (bad) row.cells[0].textContent = widget.t("impossible");
    });
    fillCards(widget);
    widget.remarks.replaceChildren(
      ...found.map(([, text]) => el("li", {}, text)));
  }

  lab.shapesTable = { fill };
})(window.NinLab);
