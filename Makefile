# The commands of the book.  `make help` lists them; each one first sets up
# the environment .venv if that is missing or out of date.
PYTHON ?=
CHAPTERS ?=
AUDIT ?=
BIN := .venv/bin
# Files and pipes are UTF-8, whatever the locale.
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help doctor setup book test jupyter coverage check notebooks sync translate-status \
	full bench speedrun torch hosts matrix bare stress gpu-stub serve pdf epub slides audit \
	offline clean

# Any Python 3 looks at the machine and finds the one for .venv.
ANY = for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$python >/dev/null && exec $$python $(1); done; \
	! command -v uv >/dev/null || exec uv run -q --no-project -p 3.12 python $(1); \
	echo "There is no Python here; install python3 and python3-venv." >&2; exit 1

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

doctor: ## Show what this machine has and lacks for the book
	@$(call ANY,scripts/doctor.py --python "$(PYTHON)")

setup: ## Set up .venv with the locked requirements (once)
	@$(call ANY,scripts/set_up.py --python "$(PYTHON)" $(MAKECMDGOALS))

book: setup ## Build the book into _build/html
	$(BIN)/python scripts/book.py build

test: setup ## Run every check: code, cells, pages (19 to 25 minutes)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/python scripts/book.py check
	$(BIN)/python scripts/book.py build --afresh
	$(BIN)/python -m pytest tests -n 3 --dist worksteal \
		--ignore tests/lab --ignore tests/pages
	$(BIN)/python -m pytest tests/lab tests/pages -n 2
	$(BIN)/python -m pytest --nbval notebooks/en

jupyter: setup ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) \
		--LabApp.app_settings_dir=notebooks/.jupyter \
		--LabApp.default_url=/lab/tree/notebooks/README.md

coverage: setup ## Which branches of nin_utils no test takes
	$(BIN)/python -m pytest tests/library tests/distributed \
		--cov --cov-report=term-missing:skip-covered

check: setup ## Check the rules of pages and notebooks (seconds)
	$(BIN)/python scripts/book.py check

notebooks: setup ## Write notebooks, execute what changed [CHAPTERS=01_mlpconv]
	$(BIN)/python scripts/book.py notebooks $(CHAPTERS)

sync: setup ## Copy the English cells and outputs to the Chinese pages
	$(BIN)/python scripts/book.py sync

translate-status: setup ## List English words changed since translated
	$(BIN)/python scripts/book.py translate-status

full: setup ## Train on the whole data set and record the result (hours)
	$(BIN)/python scripts/train_full.py
	$(BIN)/python scripts/clinic.py
	$(BIN)/python scripts/ablations.py
	$(BIN)/python scripts/pointing.py

bench: setup ## Measure the speed of training, as ratios, and of the lab
	$(BIN)/python scripts/bench.py --json results/bench.json
	$(BIN)/python scripts/bench_lab.py --json results/bench_lab.json
	$(BIN)/python scripts/bench_distributed.py --json results/bench_distributed.json
	$(BIN)/python scripts/memory.py

speedrun: setup ## Time the way to each accuracy, beside the tutorial (an hour)
	$(BIN)/python scripts/speedrun.py

bare: setup ## Run the README's two commands on bare Debians (as root, two hours)
	$(BIN)/python scripts/bare.py

stress: setup ## Run 20 distributed jobs under load and compare (minutes)
	$(BIN)/python -m pytest -m stress tests/distributed

gpu-stub: setup ## Load MXNet's build for GPUs with a stub driver (2 GB)
	$(BIN)/python -m pytest -m gpu_stub tests/library/compat/test_cuda.py

torch: setup ## Compare the PyTorch networks with Gluon's (some GB)
	test -e _build/torch/ready || ( $(BIN)/python -m venv --clear _build/torch && \
		_build/torch/bin/pip install -q torch numpy && touch _build/torch/ready )
	$(BIN)/python scripts/torch_parity.py _build/torch/bin/python

hosts: setup ## Run each notebook alone, as on Colab, Kaggle, … (an hour)
	$(BIN)/python -m pytest -m hosts tests/tools/test_hosts.py

matrix: setup ## Try every Python and NumPy that are found, record it
	$(BIN)/python scripts/matrix.py

serve: book ## Show the book on http://127.0.0.1:8000
	$(BIN)/python scripts/book.py serve

pdf: book ## Make the PDF of each language, linked on its first page
	$(BIN)/python scripts/book.py edition pdf

epub: book ## Make the EPUB of each language, linked on its first page
	$(BIN)/python scripts/book.py edition epub

slides: setup ## Make the slides of a lecture, with notes for the teacher
	$(BIN)/python scripts/slides.py

audit: book ## Measure the pages with Lighthouse and axe [AUDIT=--no-speed]
	$(BIN)/python scripts/audit.py $(AUDIT)

offline: setup ## Build and test with the network cut (half an hour)
	unshare --net --map-root-user sh -c 'ip link set lo up && \
		! ip route get 192.0.2.1 2>/dev/null && $(MAKE) clean test book'

clean: ## Remove what was built (not .venv, nor unfinished trainings)
	rm -rf $(filter-out _build/checkpoints,$(wildcard _build/* _build/.[!.]*))
	rm -rf build scripts/audit/node_modules .coverage .pytest_cache .ruff_cache .hypothesis
	rm -f book/locale/*/LC_MESSAGES/*.mo
