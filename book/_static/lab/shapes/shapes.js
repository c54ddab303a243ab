// <nin-shapes preset="nin96">: what each layer of a network makes of its
// input, and what it costs. The arithmetic is in core/layers.js.
(function (lab) {
  "use strict";

  const { el } = lab, { NEW, PRESETS } = lab.shapesPresets;
  const { label, smallestSize, walkthrough } = lab.layers;
  const { count, explain, numberField } = lab.shapesEditor;
  const COLUMNS = ["layer", "output", "params", "macs", "memory", "field"];

  class Shapes extends lab.Widget {
    render(root) {
      this.batch = 1;
      this.head = el("div", { class: "head" });
      this.cards = el("dl", { class: "cards number", "aria-live": "polite",
                              "aria-atomic": "true" });
      this.alert = el("div", { class: "problem", role: "alert" });
      this.remarks = el("ul", { class: "remarks note" });
      this.body = el("tbody", { role: "rowgroup" });
      const headings = COLUMNS.map((key) => el("th", {
        class: key, role: "columnheader", scope: "col",
      }, this.t(key)));
      const table = el("table", { class: "number", role: "table" }, [
        el("caption", { class: "unseen" }, this.t("table")),
        el("thead", { role: "rowgroup" },
          el("tr", { role: "row" }, headings)), this.body,
      ]);
      root.append(this.head, this.cards, this.alert, this.remarks, table,
        this.adder());
      this.load(this.getAttribute("preset") ?? "nin224");
    }

    load(key) {
      const { channels, layers, size } = PRESETS[key];
      Object.assign(this, { channels, open: null, preset: key, size });
      this.layers = layers.map((layer) => ({ ...layer }));
      this.drawHead();
      this.rebuild();
    }

    drawHead() {
      const options = Object.keys(PRESETS).map((key) =>
        el("option", { value: key }, this.t("presets")[key]));
      // Safari lists what is hidden.
      this.own = el("option", { disabled: true, hidden: true, value: "" },
                    this.t("own"));
      this.select = el("select", {
        class: "button", onchange: () => this.load(this.select.value),
      }, [...options, this.own]);
      this.select.value = this.preset;
      const field = (key) => numberField(this, key, this[key], (value) => {
        this[key] = value;
        if (key !== "batch") this.edited();
        else this.draw();
      });
      this.head.replaceChildren(
        el("label", { class: "setting wide" },
          [el("span", {}, this.t("network")), this.select]),
        field("size"), field("channels"), field("batch"));
    }

    adder() {
      this.kinds = el("select", { class: "button", id: "kind" },
        Object.keys(NEW).map((kind) => el("option", {}, kind)));
      this.where = el("label", { for: "kind" });
      return el("div", { class: "row adder" }, [
        this.where, this.kinds, el("button", {
          class: "button", name: "add", onclick: () => this.add(),
          type: "button",
        }, this.t("add")),
      ]);
    }

    // The network is no longer the one that was chosen.
    edited() {
      this.own.hidden = false;
      this.select.value = "";
      this.draw();
    }

    add() {
      const at = this.open === null ? this.layers.length : this.open + 1;
      this.layers.splice(at, 0, { ...NEW[this.kinds.value] });
      this.change(at);
    }

    remove(at) {
      this.layers.splice(at, 1);
      this.change(null);
      const names = this.body.querySelectorAll(".name");
      (names[Math.min(at, names.length - 1)] ?? this.kinds).focus();
    }

    move(at, by) {
      const [layer] = this.layers.splice(at, 1);
      this.layers.splice(at + by, 0, layer);
      this.change(at + by, by < 0 ? "up" : "down");
    }

    // Show another list of layers, with layer `open` opened.
    change(open, button) {
      this.open = open;
      this.rebuild();
      this.edited();
      if (open === null) return;
      const editor = this.body.querySelector(".editor");
      const control = editor.querySelector(`[name="${button}"]:enabled`) ??
        editor.querySelector("input, button:enabled");
      control.focus();
    }

    toggle(at) {
      this.open = this.open === at ? null : at;
      this.rebuild();
      this.body.querySelectorAll(".name")[at].focus();
    }

    // Make the rows; draw() fills them.
    rebuild() {
      this.rows = this.layers.map((layer, at) => {
        const name = el("button", {
          "aria-expanded": String(at === this.open), class: "name",
          onclick: () => this.toggle(at), type: "button",
        });
        const cells = COLUMNS.slice(1).map((key) =>
          el("td", { class: key, role: "cell" }));
        const row = el("tr", { role: "row" }, [
          el("th", { class: "layer", role: "rowheader", scope: "row" }, name),
          ...cells,
        ]);
        return { cells, name, row };
      });
      this.body.replaceChildren(...this.rows.flatMap(({ row }, at) =>
        at !== this.open ? row : [row, el("tr", { role: "row" },
          el("td", { class: "editor", colspan: COLUMNS.length, role: "cell" },
            lab.shapesEditor(this, at)))]));
      this.where.textContent = this.open === null
        ? this.t("addLast") : this.t("addAfter", { n: this.open + 1 });
      this.draw();
    }

    draw() {
      const { batch, channels, layers, size } = this;
      this.start = { shape: [batch, channels, size, size] };
      const { problem, rows } = walkthrough(layers, { batch, channels, size });
      const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
      const totals = {
        bytes: sum("bytes"), macs: sum("macs"), params: sum("params"),
      };
      this.result = { problem, rows, totals };
      lab.shapesTable.fill(this);
      explain(this, this.open, rows);
      this.drawProblem(problem);
    }

    drawProblem(problem) {
      const { smallest = null, text = "" } =
        problem ? this.describe(problem) : {};
      this.result.smallest = smallest;
      if (text === this.told) return; // a screen reader reads changes only
      this.told = text;
      this.alert.replaceChildren(text, smallest ? el("button", {
        class: "button", name: "use", type: "button",
        onclick: () => this.resize(smallest),
      }, this.t("use", { n: smallest })) : "");
    }

    // What does not fit, and what would: {text, smallest}.
    describe({ at, key, values }) {
      const name = label(this.layers[at]);
      const text = this.t(key, { at: at + 1, name, ...values });
      if (key === "noMaps") return { smallest: null, text };
      const smallest = smallestSize(this.layers, this.channels);
      const remedy = smallest
        ? this.t("smallest", { n: count(smallest) }) : this.t("noSize");
      return { smallest, text: `${text} ${remedy}` };
    }

    resize(size) {
      this.size = size;
      this.drawHead();
      this.edited();
      this.head.querySelector('[name="size"]').focus();
    }
  }

  lab.define("shapes", Shapes);
})(window.NinLab);
