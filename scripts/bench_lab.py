"""Measure the lab in headless Chromium: what a reader waits for.

    python scripts/bench_lab.py [--json PATH]

Time of one inference with all maps, for garments and for photographs, and
updates a second while the garment moves in every frame (60 at most: the
browser draws no more often). Medians. The weights load once, as for a reader
who comes back. Run it on a quiet machine.
"""

import pathlib
import statistics
import tempfile

from nin_utils.compat import usable_cpus

from booktools import lab_site
from booktools.browser import chromium, served
from experiments.records import git_commit, parser_of, write_record

SIDES = 28, 56, 96  # pixels, of the canvas for garments
PHOTOS = 32, 64, 96  # pixels, of square photographs
ROUNDS = 20

INFERENCE = """([widget, channels, side, rounds]) => {
  const { net } = document.querySelector(`nin-${widget}`);
  const picture = new Float32Array(channels * side * side).map(Math.random);
  net.run(picture, side, side);
  return Array.from({ length: rounds },
                    () => net.run(picture, side, side).ms);
}"""

# The garment moves in every frame; how often is everything shown anew?
DRAGGING = """async (side) => {
  const lab = document.querySelector("nin-canvas");
  lab.resize(side);
  const frame = () => new Promise(requestAnimationFrame);
  for (let i = 0; i < 5; i++) await frame();
  const begin = performance.now(), first = lab.updates;
  while (performance.now() - begin < 2000) {
    lab.scene.moveTo(Math.random() * side, Math.random() * side);
    lab.changed();
    await frame();
  }
  return (1000 * (lab.updates - first)) / (performance.now() - begin);
}"""


def measure(rounds=ROUNDS):
    """Return what is recorded: milliseconds, and updates a second."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        folder = pathlib.Path(folder)
        with served(folder) as address:

            def opened(widget, attributes=""):
                lab_site.write_page(folder, widget, attributes)
                page = browser.new_page(viewport={"width": 1000, "height": 1000})
                page.goto(f"{address}{widget}.html")
                lab_site.wait(page, widget)
                return page

            def inference(page, widget, channels, sides):
                return {
                    side: statistics.median(
                        page.evaluate(INFERENCE, [widget, channels, side, rounds])
                    )
                    for side in sides
                }

            canvas = opened("canvas", "canvas=48 sample=2")
            return {
                "browser": browser.version,
                "inference_ms": inference(canvas, "canvas", 1, SIDES),
                "updates_per_second": {
                    side: canvas.evaluate(DRAGGING, side) for side in SIDES
                },
                "photos_ms": inference(opened("photos"), "photos", 3, PHOTOS),
            }


def main():
    """Read the command line, measure, print, write."""
    parser = parser_of(__doc__)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    commit = git_commit()
    facts = measure()
    print("pixels  inference [ms]  updates [1/s]")
    for side, time in facts["inference_ms"].items():
        rate = facts["updates_per_second"][side]
        print(f"{side:6}  {time:14.1f}  {rate:13.1f}")
    for side, time in facts["photos_ms"].items():
        print(f"{side:6}  {time:14.1f}  (photograph)")
    if arguments.json:
        command = "python scripts/bench_lab.py --json results/bench_lab.json"
        write_record(arguments.json, command, commit, usable_cpus(), facts)


if __name__ == "__main__":
    main()
