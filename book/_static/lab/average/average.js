// <nin-average>: a garment moves over a feature map, and two heads make a
// score of it. The mathematics is in heads.js.
(function (lab) {
  "use strict";

  const { arrow, el } = lab, { number } = lab.probeView;
  const { LEARNED, SPAN, WEIGHTS, average, dense, featureMap, sum } = lab.heads;
  const { PEAK, bars, equal, grid, lay, picture } = lab.averageView;
  const SIZES = [4, 7, 14];
  const MIDDLE = (SPAN - 1) / 2;
  const DURATION = 5000; // milliseconds at most of adding up
  const PACE = 150; // milliseconds at most for a cell
  const clamp = (n, least, most) => Math.min(Math.max(n, least), most);

  class Average extends lab.Widget {
    render(root) {
      Object.assign(this, {
        gradient: false, place: LEARNED.place, size: LEARNED.size,
      });
      this.picture = picture();
      this.map = grid("map");
      this.heads = { dense: this.head("dense"), mean: this.head("mean") };
      this.where = el("p", { class: "where number" });
      this.status = el("p", { class: "unseen", role: "status" });
      root.append(this.stage(), this.where, this.tools(),
        el("div", { class: "heads" },
          [this.heads.mean.element, this.heads.dense.element]), this.status);
      this.set({});
    }

    // The image and its map; the garment is dragged on both.
    stage() {
      for (const { element } of [this.picture, this.map]) this.listen(element);
      const figure = (name, { element }) => el("div", {},
        [el("p", { class: "note" }, this.t(name)), element]);
      return el("div", {
        "aria-label": this.t("stage"), class: "stage",
        onkeydown: (event) => this.key(event), role: "application",
        tabindex: "0",
      }, [figure("picture", this.picture), figure("map", this.map)]);
    }

    head(kind) {
      const parts = {
        bars: bars([this.t("first"), this.t("now")]),
        caption: el("p", { class: "note" }), grid: grid("terms"),
        parameters: el("span", { class: "note number" }),
        refusal: el("p", { class: "refusal" }),
        result: el("p", { class: "result number" }),
        total: el("p", { class: "total number" }),
      };
      parts.element = el("section", { "aria-label": this.t(kind),
                                      class: `head ${kind}` }, [
        el("p", { class: "name" }, [this.t(kind), parts.parameters]),
        el("div", { class: "view" },
          [parts.caption, parts.grid.element, parts.refusal]),
        el("div", { class: "account" },
          [parts.total, parts.result, parts.bars.element]),
      ]);
      return parts;
    }

    tools() {
      const button = (name, act, pressed = null) => el("button", {
        "aria-pressed": pressed, class: "button", name, onclick: act,
        type: "button",
      }, this.t(name));
      this.adds = button("add", () => this.toggle());
      this.slopes = button("gradient",
        () => this.set({ gradient: !this.gradient }), "false");
      this.sizes = SIZES.map((size) => el("button", {
        class: "button number", onclick: () => this.set({ size }),
        type: "button",
      }, `${size} × ${size}`));
      return el("div", { class: "row tools" }, [
        this.adds, this.slopes,
        button("back", () => this.set({ place: this.first })),
        el("div", { "aria-labelledby": "size", class: "row", role: "group" }, [
          el("span", { class: "note", id: "size" }, this.t("size")),
          el("div", { class: "choice" }, this.sizes),
        ]),
      ]);
    }

    // Mouse, finger, pen: take the garment, or let it come to the pointer.
    listen(element) {
      const cell = (event) => {
        const box = element.getBoundingClientRect();
        return [(event.clientY - box.top) / box.height,
                (event.clientX - box.left) / box.width]
          .map((share) => share * this.size);
      };
      let held = null;
      const move = (event) => this.moveTo(
        cell(event).map((n, axis) => Math.round(n - held[axis])));
      element.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        element.setPointerCapture(event.pointerId);
        held = cell(event).map((n, axis) => n - this.place[axis]);
        if (held.every((n) => n >= 0 && n < SPAN)) return;
        held = [MIDDLE + 0.5, MIDDLE + 0.5];
        move(event);
      });
      element.addEventListener("pointermove", (event) => {
        if (!event.buttons) held = null; // a menu may have swallowed the end
        if (held) move(event);
      });
      for (const end of ["pointerup", "pointercancel"]) {
        element.addEventListener(end, () => (held = null));
      }
    }

    key(event) {
      const step = arrow(event);
      if (!step) return;
      this.moveTo(this.place.map((n, axis) => n + step[axis]));
    }

    // At least one row or column of the garment stays on the map.
    moveTo(place) {
      const next = place.map((n) => clamp(n, 1 - SPAN, this.size - 1));
      if (`${next}` !== `${this.place}`) this.set({ place: next });
    }

    // A place from which nothing is cut off.
    within(place) {
      return place.map((n) => clamp(n, 0, this.size - SPAN));
    }

    get first() {
      return this.within(LEARNED.place);
    }

    // On another map the garment is brought inside.
    set(settings) {
      this.stop();
      Object.assign(this, settings);
      if ("size" in settings) this.place = this.within(this.place);
      this.count = this.size ** 2;
      this.draw();
      this.tell();
    }

    // Add up cell by cell; without motion all at once.
    toggle() {
      if (this.frame) return this.set({});
      const all = this.size ** 2;
      if (lab.reducedMotion()) {
        this.set({});
        return this.tell(true);
      }
      const pace = Math.min(DURATION / all, PACE);
      let begin = null;
      const next = (now) => {
        begin ??= now;
        this.count = Math.min(1 + Math.floor((now - begin) / pace), all);
        if (this.count < all) this.frame = requestAnimationFrame(next);
        else {
          this.stop();
          this.tell(true);
        }
        this.draw();
      };
      this.frame = requestAnimationFrame(next);
      this.adds.textContent = this.t("stop");
    }

    stop() {
      cancelAnimationFrame(this.frame);
      this.frame = null;
      this.adds.textContent = this.t("add");
    }

    draw() {
      const { count, heads, place, size } = this;
      const map = featureMap(size, place);
      const first = featureMap(size, this.first);
      this.result = {
        dense: dense(map, WEIGHTS, count), map, mean: average(map, count),
        start: { dense: dense(first, WEIGHTS)?.score ?? null,
                 mean: average(first).score },
      };
      this.adding = count < size ** 2;
      this.picture.draw(size, place);
      this.map.draw(size, place, map, { count, digits: 0, most: PEAK });
      for (const { first: mark } of [this.picture, heads.dense.grid]) {
        lay(mark, size, this.first);
      }
      for (const kind of ["mean", "dense"]) this.drawHead(kind);
      this.slopes.setAttribute("aria-pressed", this.gradient);
      this.sizes.forEach((button, i) =>
        button.setAttribute("aria-pressed", SIZES[i] === size));
      this.where.textContent = this.whereabouts();
    }

    drawHead(kind) {
      const head = this.heads[kind], found = this.result[kind];
      const { count, gradient, place, size, result } = this;
      const start = result.start[kind], n = size ** 2;
      head.element.classList.toggle("refused", !found);
      head.refusal.textContent = found ? "" : this.t("refusal", {
        gets: n, needs: WEIGHTS.length, own: LEARNED.size, size,
      });
      head.parameters.textContent = this.t("parameters", {
        n: kind === "mean" ? 0 : WEIGHTS.length,
      });
      head.bars.draw([start, found && found.score],
        Math.max(1, start ?? 0, found?.score ?? 0));
      if (!found) return;
      head.caption.textContent = this.t(
        `${kind}${gradient ? "Gradient" : "Terms"}`,
        { n, share: equal(1 / n) });
      const most = Math.max(...WEIGHTS, 1 / n);
      head.grid.draw(size, place, gradient ? found.gradient : found.terms,
        { count, digits: 3, most: gradient ? most : most * PEAK });
      this.drawSum(kind, head, found);
    }

    // The terms so far, and what they make.
    drawSum(kind, head, { score, terms }) {
      const { adding, count, result, size } = this, mean = kind === "mean";
      const added = (mean ? result.map : terms).slice(0, count)
        .filter((value) => value);
      const text = (value) => mean ? `${value}` : number(value, 3);
      const letters = mean ? [el("i", {}, "f")]
        : [el("i", {}, "W"), " ", el("i", {}, "f")];
      const last = mean ? `= ${sum(added)}` : equal(score);
      head.total.replaceChildren("Σ ", ...letters,
        ` = ${added.map(text).join(" + ") || 0}`,
        added.length > 1 ? ` ${last}` : "");
      head.result.replaceChildren(...(adding
        ? [this.t("adding", { count, n: size ** 2 })]
        : [el("i", {}, "s"), mean
          ? ` = ${sum(added)} ÷ (${size}\xa0·\xa0${size}) ${equal(score)}`
          : ` ${equal(score)}`]));
    }

    // Where the garment is, and what of it is cut off.
    whereabouts() {
      const [down, right] = this.place.map((n, i) => n - this.first[i]);
      const moves = [["up", -down], ["down", down], ["left", -right],
                     ["right", right]].filter(([, n]) => n > 0);
      const inside = this.place.map((n) =>
        Math.min(n + SPAN, this.size) - Math.max(n, 0));
      const lost = SPAN ** 2 - inside[0] * inside[1];
      const text = moves.length ? this.t("moved", {
        by: moves.map(([way, n]) => this.t(way, { n })).join(this.t("and")),
      }) : this.t("unmoved");
      return lost ? `${text} ${this.t("lost", { all: SPAN ** 2, lost })}`
        : text;
    }

    tell(summed) {
      this.summed = summed;
      this.later(500, () => {
        const { dense: other, map, mean } = this.result;
        this.status.textContent = [
          this.where.textContent,
          this.summed ? this.t("summed", { n: map.length, sum: sum(map) }) : "",
          `${this.t("mean")}: ${number(mean.score, 3)}.`,
          `${this.t("dense")}: ` + (other ? `${number(other.score, 3)}.`
            : this.heads.dense.refusal.textContent),
          this.gradient ? [this.heads.mean, other ? this.heads.dense : []]
            .flat().map(({ caption }) => `${caption.textContent}.`).join(" ")
            : "",
        ].filter(Boolean).join(" ");
      });
    }
  }

  lab.define("average", Average);
})(window.NinLab);
