// <nin-photos>: the network for colour photographs, live. The reader chooses
// what it looks at, and how large.
(function (lab) {
  "use strict";

  const { Camera, el } = lab;
  const SIDE = 32; // pixels; what the network was trained with
  const LEAST = 24, MOST = 128, STEP = 4; // a cell is 4 pixels
  const WIDE = 1.4; // from here on the rows stand below the photograph

  class Photos extends lab.Live {
    async render(root) {
      this.names = this.t("classes");
      Object.assign(this, {
        height: SIDE, photo: null, pinned: null, place: null, sample: null,
        shown: { evidence: true, mask: false }, updates: 0,
      });
      await this.bring(root, async () => {
        this.net = await lab.engine.load("photos");
      });
      this.camera = new Camera(this, (photo) => this.film(photo),
                               () => this.showControls());
      this.build(root);
      lab.listenForFiles(this);
      await this.choosePhoto(0);
    }

    build(root) {
      this.stage = new lab.PhotoStage(this);
      this.rows = new lab.PhotoRows(this);
      this.closeUp = new lab.CloseUp(this);
      this.status = el("p", { class: "note number", role: "status" });
      this.box = el("div", { class: "lab" }, [
        this.makeThumbs(), this.stage.element, this.makeTools(),
        this.rows.element, this.closeUp.element, this.status,
      ]);
      root.append(this.box);
    }

    makeThumbs() {
      this.images = lab.photographs.photos.map(({ data }) =>
        el("img", { src: data, alt: "", draggable: "false" }));
      this.thumbs = new lab.Thumbs(this.t("photos"),
        this.images.map((image, i) => el("button", {
          class: `thumb${i < this.names.length ? "" : " scene"}`,
          type: "button", "aria-pressed": "false", tabindex: "-1",
          title: this.nameOf(i),
          "aria-label": this.t("photo", { n: i + 1, name: this.nameOf(i) }),
          onclick: () => this.choosePhoto(i),
        }, [image])));
      return this.thumbs.element;
    }

    // One for each class, then the scenes.
    nameOf(i) {
      return this.names[i] ?? this.t("scenes")[i - this.names.length];
    }

    makeTools() {
      this.range = el("input", {
        type: "range", min: LEAST, max: MOST, step: STEP,
        oninput: () => this.resize(+this.range.value),
      });
      this.size = el("output", { class: "number", "aria-live": "off" });
      this.sight = el("p", { class: "note number" });
      const file = lab.fileField((one) => this.open(one));
      const own = (key, act) => el("button", {
        class: "button own", type: "button", onclick: act,
      }, [lab.icon(key), el("span", {}, [this.t(key)])]);
      const toggle = (key) => el("button", {
        class: "button", type: "button", onclick: () => this.toggle(key),
      }, [this.t(key)]);
      this.switches = { evidence: toggle("evidence"), mask: toggle("mask") };
      this.filming = own("camera", () => this.askCamera());
      const buttons = [own("open", () => file.click()), file];
      if (Camera.exists) buttons.push(this.filming);
      return el("div", { class: "tools" }, [
        el("div", {}, [
          el("label", { class: "slider" },
             [el("span", {}, [this.t("height")]), this.range, this.size]),
          this.sight,
          el("div", { class: "row buttons" }, Object.values(this.switches)),
        ]),
        el("div", {}, [
          el("div", { class: "row buttons" }, buttons),
          el("p", { class: "note" }, [this.t("stays")]),
        ]),
        el("p", { id: "keys", class: "unseen" }, [this.t("keys")]),
      ]);
    }

    // From the photograph to all that is shown.
    update() {
      const { net } = this;
      const picture = lab.pixels.ofHeight(this.photo, this.height);
      const values = Float32Array.from(picture.rgb, (v) => v / 255);
      const run = net.run(values, picture.height, picture.width);
      this.result = { ...lab.answer(run, run.logits, this.shown.mask),
                      picture };
      this.updates++;
      this.redraw();
      this.showControls();
      this.announce();
    }

    redraw() {
      this.stage.draw();
      this.rows.show();
      this.closeUp.show();
    }

    showControls() {
      const { camera, photo, range, shown, size, switches } = this;
      const { field } = lab.geometry(this.net.layers);
      const { width, height } = this.result.picture;
      this.box.classList.toggle("wide", photo.width > WIDE * photo.height);
      this.thumbs.mark(this.sample);
      range.value = this.height;
      size.textContent = `${this.height} px`;
      const key = this.height === SIDE ? "trained" : "sight";
      this.sight.textContent = this.t(key, { field, width, height });
      for (const [key, button] of Object.entries(switches)) {
        button.setAttribute("aria-pressed", shown[key]);
      }
      const live = Boolean(camera.stream);
      this.filming.setAttribute("aria-pressed", live);
      this.filming.lastChild.textContent = this.t(live ? "stop" : "camera");
    }

    // With the camera only another class is news.
    tell() {
      const { h, w, ms, picture, top, shares } = this.result;
      const name = this.names[top];
      const words = this.camera.stream ? this.t("filmed", { name })
        : [this.t("verdict", { name, share: Math.round(100 * shares[top]) }),
           this.t("status", { h, w, height: picture.height,
                              width: picture.width, ms: Math.ceil(ms) }),
          ].join(" ");
      lab.tell(this.status, words);
    }

    // The cell that the reader has chosen, as {row, column}, or null.
    get cell() {
      return this.place && lab.cellAt(this, this.place);
    }

    // That one, or the brightest of the map that is shown.
    get spot() {
      if (this.cell) return this.cell;
      const { chosen, result: { h, w, maps } } = this;
      const own = maps.subarray(chosen * h * w, (chosen + 1) * h * w);
      const at = own.indexOf(own.reduce((a, b) => Math.max(a, b)));
      return { row: Math.floor(at / w), column: at % w };
    }

    // What the reader asks for.

    // Look at a place of the photograph, [x, y] from 0 to 1, or at none.
    look(place) {
      this.place = place;
      this.redraw();
    }

    resize(height) {
      this.height = Math.min(Math.max(height, LEAST), MOST);
      this.changed();
    }

    grow(steps) {
      this.resize(this.height + steps * STEP);
    }

    show(photo, sample = null) {
      Object.assign(this, { photo, pinned: null, place: null, sample });
      this.changed();
    }

    // `opening` is settled when the photograph is shown or refused.
    choosePhoto(i) {
      const image = this.images[i], turn = (this.turn = {});
      return (this.opening = image.decode().then(() => {
        if (turn !== this.turn) return; // something else was chosen
        this.camera.stop();
        this.clearFailure();
        const { naturalWidth, naturalHeight } = image;
        this.show(lab.pixels.taken(image, naturalWidth, naturalHeight), i);
      }));
    }

    open(file) {
      this.opening = this.take(file, lab.openImage, (image) => {
        const { naturalWidth, naturalHeight } = image;
        const photo = lab.pixels.taken(image, naturalWidth, naturalHeight);
        this.camera.stop();
        this.show(photo);
      });
    }

    // Begin or end with the camera; its last frame stays.
    askCamera() {
      if (this.camera.stream) this.camera.stop();
      else this.opening = this.startCamera();
    }

    async startCamera() {
      this.turn = {}; // what is still being opened comes too late
      this.clearFailure();
      try {
        await this.camera.start();
      } catch (error) {
        const refused = error.name === "NotAllowedError";
        this.fail(refused ? "cameraRefused" : "cameraMissing");
      }
    }

    // A frame of the camera: what the reader chose stays chosen.
    film(photo) {
      Object.assign(this, { photo, sample: null });
      if (!this.attempt()) this.camera.stop();
    }

    // Put the widget into a state that the page describes: photo, height,
    // map (a class), at (x,y in percent), mask.
    async set(state) {
      await this.ready;
      if (!this.box) return; // it did not load
      const { photos, labels } = lab.photographs;
      const i = photos.findIndex(({ name }) => name === state.photo);
      const opening = this.choosePhoto(Math.max(i, 0));
      await opening;
      if (opening !== this.opening) return;
      const c = labels.indexOf(state.map);
      this.pinned = c < 0 ? null : c;
      this.preview = null; // also where the mouse rests on a row
      this.place = state.at?.split(",").map((v) => v / 100) ?? null;
      this.shown = { evidence: true, mask: "mask" in state };
      this.resize(+(state.height ?? SIDE));
    }
  }

  lab.define("photos", Photos);
})(window.NinLab);
