"""Time the way to each accuracy, whole processes side by side.

    python scripts/speedrun.py [--rounds N] [--long] [--full]
    python scripts/speedrun.py --choose [--jobs N]
    python scripts/speedrun.py --forms [--rounds N]

The plans of `experiments.speedrun.PLANS` lead `nin_mnist` to the marks, each
as a process of its own, from the start of Python to the accuracy on all test
images. In the same round run the tutorial's code (some steps are measured, its
five epochs computed from them), `nin_mnist` with another optimizer, a linear
classifier, LeNet, and, if ``$TORCH_PYTHON`` names an interpreter with PyTorch,
the same network and recipe there. A round is one seed. What is in
``results/speedrun.json`` already is not made again, so that rounds can be added
later; each has the tutorial's seconds of its own machine and hour. Run it on a
quiet machine.

``--long`` adds the plans of more than three passes, ``--full`` runs the
tutorial's code to its end. ``--choose`` makes what was tried to find the
plans, judged on validation images: ``results/speedrun_choice.json``.
``--forms`` times PyTorch in each form that it might have run in:
``results/speedrun_forms.json``.
"""

import dataclasses
import json
import statistics
import tempfile
import time

from nin_utils import data, models, shapes
from nin_utils.compat import usable_cpus

import numpy as np

from booktools.files import ROOT
from experiments import speedrun
from experiments.bench import run, sgemm, torch_python
from experiments.grid import make_grid
from experiments.records import git_commit, parser_of, write_record
from experiments.speedrun_workers import VARIANTS

RECORD = ROOT / "results" / "speedrun.json"
WORKERS = str(ROOT / "scripts" / "experiments" / "speedrun_workers.py")
FORMS_RECORD = RECORD.with_name("speedrun_forms.json")
STEPS = 25  # of the tutorial's code, measured in each round
EPOCHS = 5  # of the tutorial
SAME = 1.5  # two timings of the tutorial's code on one machine differ by less
KINDS = ("nin_mnist", "muon", "torch", "linear", "lenet")  # in the order of the table
#: PyTorch is quicker where glibc keeps the memory that it was given.
KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_TOP_PAD_": "500000000",
}


def timed(threads, *arguments, python=None):
    """Run a worker; return what it says and the seconds of the process.

    One that does more than is to be timed says its seconds itself.
    """
    start = time.perf_counter()
    options = {"python": python, **KEEP_MEMORY} if python else {}
    said = json.loads(run([WORKERS, *map(str, arguments)], threads, **options))
    return {"seconds": time.perf_counter() - start, **said}


def tutorial(threads):
    """Return what the tutorial's five epochs take here, computed."""
    said = timed(threads, "tutorial", STEPS)
    return {**said, "computed_s": said["start_s"] + EPOCHS * said["epoch_s"]}


def processes(torch, long):
    """Yield name and arguments of each process of a round but the tutorial's."""
    for mark, plan in speedrun.PLANS.items():
        if long or plan.images <= speedrun.LONG:
            yield f"nin_mnist {mark}", plan, ("ours",)
            if torch and plan.images <= speedrun.TORCH_MOST:
                speedrun.refuse_what_torch_lacks(plan)
                yield f"torch {mark}", plan, ("torch", speedrun.TORCH_FORM)
    for name, plan in speedrun.OTHERS.items():
        yield name, plan, ("ours",)


def make_round(seed, made, save, torch, long, commit):
    """Make what a round lacks; `save` it after each process."""
    cpus = usable_cpus()
    todo = [p for p in processes(torch, long) if p[0] not in made["processes"]]
    if not todo:
        return
    sitting = {"sgemm": sgemm(cpus, 20), "tutorial": tutorial(max(1, cpus // 2))}
    made["sittings"].append({"commit": commit, **sitting})
    with tempfile.TemporaryDirectory() as folder:
        save_arrays(folder)
        for name, plan, (worker, *form) in todo:
            more = (*form, folder) if form else ()
            python = torch if form else None
            said = timed(cpus, worker, as_json(plan, seed), *more, python=python)
            said["tutorial_s"] = sitting["tutorial"]["computed_s"]
            made["processes"][name] = {"images": plan.images, **said}
            print(f"seed {seed}, {name}: {said}", flush=True)
            save()


def save_arrays(folder):
    """Save Fashion-MNIST for a process without nin_utils."""
    for train, prefix in (True, ""), (False, "test_"):
        images, labels = data.fashion_mnist(train)
        np.save(f"{folder}/{prefix}images.npy", images)
        np.save(f"{folder}/{prefix}labels.npy", labels)


def steps():
    """Return how quick a step is in each variant, and its share of sgemm."""
    cpus = usable_cpus()
    macs = shapes.walkthrough(models.nin_mnist(), (1, 1, 28, 28)).macs
    most = sgemm(cpus, 20)
    rows = {}
    for variant in VARIANTS:
        speed = timed(cpus, "step", variant)["images_per_second"]
        # a step: forward, gradient of the input, gradient of the weights
        passes = 1 if variant.startswith("prediction") else 3
        share = 2 * passes * macs * speed / most
        rows[variant] = {"images_per_second": speed, "share_of_sgemm": share}
        print(f"{variant}: {speed:.0f} images/s, {share:.2f} of sgemm", flush=True)
    return rows


def summary(rounds):
    """Return mean and standard deviation of each process over the rounds.

    The seconds are those of the quickest machine that any process was timed
    on. Timings of other machines count in "sooner" only, which compares each
    with the tutorial's code beside it.
    """
    found = {name for r in rounds for name in r["processes"]}
    least = min(c["tutorial_s"] for r in rounds for c in r["processes"].values())
    names = sorted(found, key=lambda name: (KINDS.index(name.split()[0]), name))
    rows = []
    for name in names:
        cells = [r["processes"][name] for r in rounds if name in r["processes"]]
        row = {"name": name, "n": len(cells), "images": cells[0]["images"]}
        here = [cell for cell in cells if cell["tutorial_s"] < SAME * least]
        row["n_timed"] = len(here)
        for key, some in ("test_acc", cells), ("seconds", here):
            values = [cell[key] for cell in some]
            row[key] = statistics.mean(values) if values else None
            row[f"{key}_sd"] = statistics.stdev(values) if len(values) > 1 else None
        row["sooner"] = statistics.median(c["tutorial_s"] / c["seconds"] for c in cells)
        rows.append(row)
    return rows


def command_of(rounds, full):
    """Return the command that makes these rounds, and what they still lack."""
    made = {name: p["images"] for r in rounds for name, p in r["processes"].items()}
    torch = any(name.startswith("torch") for name in made)
    long = any(images > speedrun.LONG for images in made.values())
    return (
        "TORCH_PYTHON=… " * torch
        + f"python scripts/speedrun.py --rounds {len(rounds)}"
        + " --long" * long
        + " --full" * full
    )


def refuse_changed_plans(old, planned):
    """Stop if a recorded plan is not planned any more; new ones may be added."""
    for kind, plans in planned.items():
        for mark, plan in old[kind].items():
            if plans.get(mark) != speedrun.Plan(**plan):
                raise SystemExit(
                    f"{RECORD} was made with another plan for {mark}: move it "
                    "away to make all of it anew"
                )


def measure(num_rounds, long, full):
    """Make the rounds that are missing, and record them."""
    commit = now = git_commit()
    torch = torch_python()
    planned = {"plans": speedrun.PLANS, "others": speedrun.OTHERS}
    settings = {
        key: {mark: dataclasses.asdict(plan) for mark, plan in plans.items()}
        for key, plans in planned.items()
    }
    rounds, whole, step = [], None, None
    if RECORD.exists():
        old = json.loads(RECORD.read_text(encoding="utf-8"))
        refuse_changed_plans(old, planned)
        rounds, commit = old["rounds"], old["commit"]
        whole, step = old["tutorial_whole"], old["steps"]

    def save():
        facts = {
            **settings,
            "rounds": rounds,
            "tutorial_whole": whole,
            "steps": step,
            "rows": summary(rounds),
        }
        command = command_of(rounds, full=whole is not None)
        write_record(RECORD, command, commit, usable_cpus(), facts)

    step = step or steps()
    for seed in range(num_rounds):
        if seed == len(rounds):
            rounds.append({"seed": seed, "sittings": [], "processes": {}})
        make_round(seed, rounds[seed], save, torch, long, now)
    if full and whole is None:
        whole = timed(max(1, usable_cpus() // 2), "tutorial", "all")
        save()


def time_forms(num_rounds):
    """Time whole processes of PyTorch in each form, and record them."""
    commit, torch = git_commit(), torch_python()
    if torch is None:
        raise SystemExit("--forms needs TORCH_PYTHON=…, an interpreter with PyTorch")
    cpus, rows = usable_cpus(), []
    shortest, *plans = (
        plan for plan in speedrun.PLANS.values() if plan.images <= speedrun.TORCH_MOST
    )
    with tempfile.TemporaryDirectory() as folder:
        save_arrays(folder)
        # What is compiled is kept, for each size of a batch: the first time
        # would be longer still.
        for size in sorted({plan.batch_size for plan in plans}):
            text = as_json(dataclasses.replace(shortest, batch_size=size), 0)
            timed(cpus, "torch", text, "compiled", folder, python=torch)
        for seed in range(num_rounds):
            for plan in plans:
                text = as_json(plan, seed)
                for form in speedrun.TORCH_FORMS:
                    said = timed(cpus, "torch", text, form, folder, python=torch)
                    row = {"seed": seed, "form": form, "images": plan.images}
                    rows.append({**row, **said})
                    print(rows[-1], flush=True)
    command = f"TORCH_PYTHON=… python scripts/speedrun.py --forms --rounds {num_rounds}"
    write_record(FORMS_RECORD, command, commit, cpus, {"rows": rows})


def as_json(plan, seed):
    """Return a plan with this seed, as its worker takes it."""
    return json.dumps(dataclasses.asdict(dataclasses.replace(plan, seed=seed)))


def describe(plan, outcome):
    """Return a line on a plan and its outcome."""
    changed = {
        field.name: value
        for field in dataclasses.fields(plan)
        if (value := getattr(plan, field.name)) != field.default
    }
    return f"{changed}: {outcome['validation_acc']:.4f}"


def main():
    """Read the command line."""
    parser = parser_of(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--forms", action="store_true")
    parser.add_argument("--jobs", type=int, default=usable_cpus())
    arguments = parser.parse_args()
    if arguments.choose:
        make_grid(
            speedrun.choices(),
            speedrun.one,
            "python scripts/speedrun.py --choose",
            ROOT / "results" / "speedrun_choice.json",
            settings={"num_validation": speedrun.NUM_VALIDATION},
            describe=describe,
            jobs=arguments.jobs,
        )
    elif arguments.forms:
        time_forms(arguments.rounds)
    else:
        measure(arguments.rounds, arguments.long, arguments.full)


if __name__ == "__main__":
    main()
