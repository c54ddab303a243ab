# The commands of the book.  `make help` lists them; each one first sets up
# the environment .venv if that is missing or out of date.
PYTHON ?= python3
CHAPTERS ?=
AUDIT ?=
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup book test coverage check notebooks sync translate-status full bench \
	colab matrix stress gpu-stub serve pdf epub audit offline clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

setup: $(READY) ## Set up .venv with the locked requirements (once)

$(READY): requirements.txt pyproject.toml
	@if [ ! -x $(BIN)/python ]; then \
		command -v $(PYTHON) >/dev/null || \
			{ echo "There is no $(PYTHON): install Python 3.11 or 3.12," \
			"or name one: make PYTHON=/path/to/python3.12"; exit 1; }; \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in \
			((3, 11), (3, 12)))' || \
			{ echo "The requirements are locked for Python 3.11 and 3.12;" \
			"$(PYTHON) is $$($(PYTHON) -V). Name another one:" \
			"make PYTHON=python3.12"; exit 1; }; \
		echo "Setting up .venv: about 4 minutes, 900 MB"; \
		$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }; \
	fi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation -e .
	@touch $@

book: $(READY) ## Build the book into _build/html
	$(BIN)/python scripts/book.py build

test: $(READY) ## Run every check: code, cells, pages (up to 10 minutes)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/python scripts/book.py check
	rm -rf _build/sphinx _build/html
	$(BIN)/python scripts/book.py build
	$(BIN)/python -m pytest tests -n 3 --dist worksteal \
		--ignore tests/lab --ignore tests/pages
	$(BIN)/python -m pytest tests/lab tests/pages -n 2
	$(BIN)/python -m pytest --nbval notebooks/en

coverage: $(READY) ## Which branches of nin_utils no test takes
	$(BIN)/python -m pytest tests/library tests/distributed \
		--cov --cov-report=term-missing:skip-covered

check: $(READY) ## Check the rules of pages and notebooks (seconds)
	$(BIN)/python scripts/book.py check

notebooks: $(READY) ## Write notebooks, execute what changed [CHAPTERS=01_mlpconv]
	$(BIN)/python scripts/book.py notebooks $(CHAPTERS)

sync: $(READY) ## Copy the English cells and outputs to the Chinese pages
	$(BIN)/python scripts/book.py sync

translate-status: $(READY) ## List English words changed since translated
	$(BIN)/python scripts/book.py translate-status

full: $(READY) ## Train on the whole data set and record the result (hours)
	$(BIN)/python scripts/train_full.py
	$(BIN)/python scripts/train_lab_head.py
	$(BIN)/python scripts/clinic.py
	$(BIN)/python scripts/ablations.py

bench: $(READY) ## Measure the speed of training, as ratios, and of the lab
	$(BIN)/python scripts/bench.py
	$(BIN)/python scripts/bench_lab.py
	$(BIN)/python scripts/bench_distributed.py

stress: $(READY) ## Run 20 distributed jobs under load and compare (minutes)
	$(BIN)/python -m pytest -m stress tests/distributed

gpu-stub: $(READY) ## Load MXNet's build for GPUs with a stub driver (2 GB)
	$(BIN)/python -m pytest -m gpu_stub tests/library/compat/test_cuda.py

colab: $(READY) ## Run each notebook alone, as on Google Colab (half an hour)
	$(BIN)/python -m pytest -m colab tests/tools/test_colab.py

matrix: $(READY) ## Try every Python and NumPy that are found, record it
	$(BIN)/python scripts/matrix.py

serve: book ## Show the book on http://127.0.0.1:8000
	$(BIN)/python scripts/book.py serve

pdf: book ## Make the PDF of each language, linked on its first page
	$(BIN)/python scripts/book.py edition pdf

epub: book ## Make the EPUB of each language, linked on its first page
	$(BIN)/python scripts/book.py edition epub

audit: book ## Measure the pages with Lighthouse and axe [AUDIT=--no-speed]
	$(BIN)/python scripts/audit.py $(AUDIT)

offline: $(READY) ## Build and test with the network cut (10 minutes)
	unshare --net --map-root-user sh -c 'ip link set lo up && \
		! ip route get 192.0.2.1 2>/dev/null && $(MAKE) clean test book'

clean: ## Remove what was built (not .venv)
	rm -rf _build .coverage .pytest_cache .ruff_cache .hypothesis
