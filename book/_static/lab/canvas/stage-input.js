// Pointer and keyboard on the canvas: move, resize, draw.
(function (lab) {
  "use strict";

  const { ARROWS, HANDLE, sizes: { SIDE } } = lab;

  // Brighten the pixels of a 28x28 image around a point.
  function dab(pixels, row, column) {
    for (let i = 0; i < SIDE; i++) {
      for (let j = 0; j < SIDE; j++) {
        const distance = Math.hypot(i + 0.5 - row, j + 0.5 - column);
        const value = 255 * Math.min(Math.max(2.1 - distance, 0), 1);
        pixels[i * SIDE + j] = Math.max(pixels[i * SIDE + j], value);
      }
    }
  }

  function stroke(pixels, from, to) {
    const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])) || 1;
    for (let s = 1; s <= steps; s++) {
      dab(pixels, from[0] + ((to[0] - from[0]) * s) / steps,
          from[1] + ((to[1] - from[1]) * s) / steps);
    }
  }

  // Make a stage answer to the reader.
  lab.listen = function (stage) {
    const { canvas, widget } = stage, { scene } = widget;
    const fingers = new Map(); // of a pinch: where each pointer is
    let held = null;

    function point(event) {
      const box = canvas.getBoundingClientRect();
      const scale = scene.canvas / box.width;
      return [(event.clientY - box.top) * scale,
              (event.clientX - box.left) * scale];
    }

    // A point of the canvas in pixels of the selected garment.
    function within([row, column]) {
      const { top, left, side } = scene.garment;
      return [((row - top) * SIDE) / side, ((column - left) * SIDE) / side];
    }

    function onHandle([row, column]) {
      const { top, left, side } = scene.garment;
      const reach = Math.min((1.6 * HANDLE) / stage.zoom, side / 3);
      const near = (x, corner) => Math.abs(x - corner + reach / 3) < reach;
      return near(row, top + side) && near(column, left + side);
    }

    // The distance of two fingers, in pixels of the canvas.
    function spread() {
      const [[a, b], [c, d]] = fingers.values();
      return Math.max(Math.hypot(a - c, b - d), 1);
    }

    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      stage.say(null);
      const start = point(event);
      if (held?.draws) return; // one finger draws
      fingers.set(event.pointerId, start);
      if (fingers.size === 2 && !widget.drawing) {
        held = { pinches: spread(), side: scene.garment.side };
        return;
      }
      if (widget.drawing) {
        held = { draws: true, last: within(start) };
        scene.remember();
        dab(scene.garment.pixels, ...held.last);
      } else if (onHandle(start)) held = { resizes: true };
      else {
        const found = scene.at(...start);
        if (found >= 0) scene.selected = found;
        const { top, left } = scene.garment;
        held = { row: start[0] - top, column: start[1] - left };
      }
      widget.changed();
    });

    canvas.addEventListener("pointermove", (event) => {
      // A menu may have swallowed the end.
      if (!event.buttons && fingers.delete(event.pointerId)) held = null;
      const now = point(event);
      if (!held) {
        canvas.style.cursor = widget.drawing ? "crosshair"
          : onHandle(now) ? "nwse-resize"
            : scene.at(...now) >= 0 ? "grab" : "";
        return;
      }
      if (!fingers.has(event.pointerId)) return; // it only passes over
      fingers.set(event.pointerId, now);
      if (held.pinches) {
        scene.scaleTo((held.side * spread()) / held.pinches);
      } else if (held.draws) {
        const next = within(now);
        stroke(scene.garment.pixels, held.last, next);
        held.last = next;
      } else if (held.resizes) {
        const { top, left } = scene.garment;
        const side = Math.max(now[0] - top, now[1] - left);
        const room = scene.canvas - Math.max(top, left);
        scene.scaleTo(Math.min(side, room), true);
      } else scene.moveTo(now[0] - held.row, now[1] - held.column);
      widget.changed();
    });

    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, ({ pointerId }) => {
        if (fingers.delete(pointerId)) held = null;
      });
    }

    function movePen([down, right], step) {
      const clamp = (x) => Math.min(Math.max(x, 0), scene.canvas - 1);
      stage.pen.row = clamp(stage.pen.row + down * step);
      stage.pen.column = clamp(stage.pen.column + right * step);
    }

    canvas.addEventListener("keydown", (event) => {
      if (event.key === "z" && (event.ctrlKey || event.metaKey) &&
          widget.drawing) {
        event.preventDefault();
        widget.edit("undo");
        return;
      }
      if (lab.modified(event)) return;
      const arrow = ARROWS[event.key], step = event.shiftKey ? 4 : 1;
      const { garment } = scene;
      if (widget.drawing && (arrow || event.key === " ")) {
        const middle = Math.floor(scene.canvas / 2);
        stage.pen ??= { row: middle, column: middle, down: false };
        if (arrow) movePen(arrow, step);
        else if ((stage.pen.down = !stage.pen.down)) scene.remember();
        const { row, column, down } = stage.pen;
        if (down) dab(garment.pixels, ...within([row + 0.5, column + 0.5]));
      } else if (arrow) {
        scene.moveTo(garment.top + step * arrow[0],
                     garment.left + step * arrow[1]);
      } else if (event.key === "+" || event.key === "=") {
        scene.scaleTo(garment.side + 2);
      } else if (event.key === "-") scene.scaleTo(garment.side - 2);
      else if (event.key === "n") {
        scene.selected = (scene.selected + 1) % scene.garments.length;
      } else if (["Backspace", "Delete"].includes(event.key)) scene.remove();
      else return;
      event.preventDefault();
      stage.say(null);
      widget.changed();
    });
  };
})(window.NinLab);
