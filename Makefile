# Two commands: `make run` starts the app, `make test` runs every test. Both need only Python 3.11 or newer.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# A test file stays on one worker; one thread each, since workers that share cores and spin slow each other down.
PYTEST  = OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: run test check shots chromium clean

run: $(VENV)/run.done
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/test.done chromium
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST)

# The same without looking for a browser first.
check: $(VENV)/test.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST)

# Every page in Chromium, light and dark, laptop and phone, empty and full, as PNGs in workspace/shots/.
shots: $(VENV)/test.done chromium
	$(BIN)/python -m tests.browser.shots

# torch first: then nothing that asks for "torch" can pull in another build.
$(VENV)/run.done: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Telltale needs Python 3.11 or newer: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet "$$(grep -o '^torch==[0-9.]*' requirements.txt)"
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/test.done: $(VENV)/run.done requirements-test.txt
	$(BIN)/python -m pip install --quiet -r requirements-test.txt
	touch $@

# Browser tests use the system's Chromium; where it cannot be installed they are skipped, and pytest says so.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq >/dev/null && apt-get install -y -qq chromium >/dev/null; \
	} || echo "Chromium is missing and cannot be installed here: the browser tests will be skipped (Debian and Ubuntu: sudo apt-get install chromium)."

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
