// The rows of a network with two heads: the fully connected one has no maps,
// and refuses most sizes.
(function (lab) {
  "use strict";

  const { el, sizes: { SIDE } } = lab;

  class HeadRows extends lab.Rows {
    constructor(widget) {
      super(widget);
      this.words = el("p");
      // Only what was there before it speaks is heard.
      this.heard = el("p", { class: "unseen", role: "status" });
      const fit = el("button", { class: "button", type: "button",
                                 onclick: () => widget.fit() },
                     [widget.t("useSize", { n: SIDE })]);
      this.element.append(
        el("div", { class: "refusal" }, [this.words, fit]), this.heard);
    }

    show() {
      const { refusal, result: { cells, scores } } = this.widget;
      this.element.classList.toggle("headless", !cells);
      this.element.classList.toggle("refused", !scores);
      this.words.textContent = refusal;
      lab.tell(this.heard, refusal);
      this.items.forEach(({ button }) => (button.disabled = !scores));
      if (scores) super.show();
      else this.names.forEach((_, c) => this.blank(c));
    }

    blank(c) {
      this.write(c, { score: "–", share: "–", length: 0, soft: 0 });
      this.items[c].button.classList.remove("chosen");
    }

    paint(c, result) {
      if (result.cells) super.paint(c, result);
    }
  }

  lab.HeadRows = HeadRows;
})(window.NinLab);
