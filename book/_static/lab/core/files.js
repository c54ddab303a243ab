// The reader's own images: chosen or dropped, and opened.
(function (lab) {
  "use strict";

  const { el } = lab;
  const MEGAPIXELS = 50;

  // An error that the widget has words for.
  function problem(key, values) {
    return Object.assign(new Error(key), { key, values });
  }

  // File -> an image that can be drawn.
  async function openImage(file) {
    const address = URL.createObjectURL(file), { name } = file;
    try {
      const image = new Image();
      await new Promise((resolve, reject) => {
        image.onload = resolve;
        image.onerror = () => reject(problem("noPicture", { name }));
        image.src = address;
      });
      const { naturalWidth: width, naturalHeight: height } = image;
      if (!width || !height) throw problem("noPicture", { name });
      const megapixels = (width * height) / 1e6;
      if (megapixels > MEGAPIXELS) {
        throw problem("tooLarge", { n: Math.round(megapixels),
                                    most: MEGAPIXELS });
      }
      await image.decode();
      return image;
    } catch (error) {
      throw error.key ? error : problem("noPicture", { name });
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  // An unseen field for an image file; its `click` asks for one.
  lab.fileField = function (open) {
    const field = el("input", {
      type: "file", accept: "image/*", class: "unseen", tabindex: "-1",
      "aria-hidden": "true", // a button stands for it
      onchange: () => {
        if (field.files[0]) open(field.files[0]);
        field.value = "";
      },
    });
    return field;
  };

  // Take files that are dropped anywhere on the widget.
  lab.listenForFiles = function (widget) {
    const over = (event, is) => {
      event.preventDefault();
      widget.toggleAttribute("dropping", is);
    };
    widget.addEventListener("dragover", (event) => over(event, true));
    widget.addEventListener("dragleave", (event) => over(event, false));
    widget.addEventListener("drop", (event) => {
      over(event, false);
      const [file] = event.dataTransfer.files;
      if (file) widget.open(file);
    });
  };

  Object.assign(lab, { openImage, problem });
})(window.NinLab);
