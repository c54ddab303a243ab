// A prediction: the reader enters a number or chooses, then sees what follows.
//
// The element stands between a question and the cell that answers it. That
// cell's output and the words after it are hidden until the reader has
// answered, or has asked to see them.
(function (lab) {
  "use strict";

  const { el } = lab;
  const HIDDEN = "nin-hidden";

  // The output that answers, and what is said of it.
  function answers(element) {
    // Markdown puts the element into a paragraph.
    let cell = (element.closest("p") ?? element).nextElementSibling;
    while (cell && !cell.classList.contains("cell")) {
      cell = cell.nextElementSibling;
    }
    // Of a cell whose code is folded nothing would be left but an empty card.
    const output = cell?.classList.contains("tag_hide-input")
      ? cell : cell?.querySelector(".cell_output");
    const words = cell?.nextElementSibling;
    return [output, words?.localName === "p" ? words : null].filter(Boolean);
  }

  // "3,072", "3 072" and "3.072e3" are one number, "79 %" is 0.79. A comma is
  // decimal after a lone 0, and where no three digits follow.
  function number(text) {
    const bare = text.replace(/\s/g, "").replace("−", "-")
      .replace(/^([-+]?0)[,，](?=\d)|[,，](?!\d{3}(?!\d))/,
               (_, zero = "") => `${zero}.`)
      .replace(/[,，]/g, "").replace(/[×x]$/, "");
    const percent = /[%％]$/.test(bare);
    const value = bare === "" ? NaN : Number(bare.replace(/[%％]$/, ""));
    return percent ? value / 100 : value;
  }

  // "right", "near" or "far"; null if `guess` is no number.
  function judge(guess, answer, near) {
    const truth = number(answer), share = /[%％]\s*$/;
    let mine = number(guess);
    if (Number.isNaN(mine)) return null;
    // Of a share "22" is 22 %: many keypads have no sign for it.
    if (share.test(answer) && !share.test(guess) && mine > 1) mine /= 100;
    // "0.4 %" is 0.4 where the answer counts per cent without saying so.
    if (share.test(guess) && !share.test(answer)
        && Math.abs(100 * mine - truth) < Math.abs(mine - truth)) mine *= 100;
    const off = Math.abs(mine - truth), size = Math.abs(truth);
    if (off <= 1e-9 * size) return "right";
    return off <= near * Math.max(size, 1e-12) ? "near" : "far";
  }

  let all = false; // the reader wants no more questions on this page

  function revealAll() {
    all = true;
    for (const one of document.querySelectorAll("nin-predict")) {
      if (one.result === "open") one.reveal();
    }
  }

  class Predict extends lab.Widget {
    render(root) {
      const { answer, choices } = this.attributes;
      this.answer = answer.value;
      this.ask = this.getAttribute("ask") ?? this.t("guess");
      this.answers = answers(this);
      this.say = el("p", {
        "aria-live": "polite", class: "said", tabindex: "-1",
      });
      const link = (key, act) => el("button", {
        class: "link", onclick: act, type: "button",
      }, this.t(key));
      const show = [link("show", () => this.reveal())];
      if (this === document.querySelector("nin-predict")) {
        show.push(link("all", revealAll));
      }
      this.row = choices
        ? el("div", { "aria-label": this.ask, class: "row", role: "group" },
          [el("span", {}, this.ask),
           ...choices.value.split("|").map((text) => this.choice(text)),
           ...show])
        : el("form", { class: "row", onsubmit: (event) => this.compare(event) },
          [...this.field(),
           el("button", { class: "button" }, this.t("compare")), ...show]);
      this.cover(true);
      this.result = "open";
      root.append(this.row, this.say);
      if (all) this.reveal();
    }

    field() {
      this.input = el("input", {
        autocomplete: "off", id: "guess", inputmode: "decimal", size: 10,
      });
      return [el("label", { for: "guess" }, this.ask), this.input];
    }

    choice(text) {
      return el("button", {
        class: "button", type: "button",
        onclick: () => this.reveal(text === this.answer ? "right" : "far", text),
      }, text);
    }

    compare(event) {
      event.preventDefault();
      const near = Number(this.getAttribute("near") ?? 0.1);
      const found = judge(this.input.value, this.answer, near);
      if (found) return void this.reveal(found, this.input.value.trim());
      this.input.setAttribute("aria-invalid", "true");
      this.say.textContent = this.t("number");
    }

    cover(on) {
      for (const one of this.answers) one.classList.toggle(HIDDEN, on);
    }

    // Show the answer; `found` says how good the `guess` was, if there is one.
    reveal(found, guess) {
      this.result = found ?? "shown";
      this.say.textContent = this.t(this.result, { answer: this.answer, guess });
      this.say.dataset.found = this.result;
      const focused = this.shadowRoot.activeElement;
      this.row.remove();
      this.cover(false);
      if (focused) this.say.focus(); // who uses the keyboard goes on from here
    }
  }

  lab.judge = judge;
  lab.define("predict", Predict);
})(window.NinLab);
