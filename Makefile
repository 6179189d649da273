PYTHON ?= python

.PHONY: check test bench detector finder

# For `detector` and `finder`: a folder of picture sets, and ImageNet weights to start from.
DATA ?= pictures
WEIGHTS ?= mobilenet_edgetpu_imagenet_notop.keras
MODELS := src/unmask/models

check:  ## format, lint, types, architecture
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest tests/architecture

test:  ## every test
	$(PYTHON) -m pytest

bench:  ## how fast, how small: a table
	$(PYTHON) -m benchmarks

detector:  ## train, export, calibrate and measure the detector that ships (2 hours on 2 cores)
	$(PYTHON) -m unmask train --config configs/fast.yaml --out runs/fast --store runs/crops \
		$(foreach folder,$(DATA),--data $(folder)) --set architecture.weights=$(WEIGHTS)
	$(PYTHON) -m unmask export runs/fast --name fast --data $(firstword $(DATA)) --out $(MODELS)
	$(PYTHON) -m unmask evaluate $(MODELS)/fast --data $(firstword $(DATA)) --robustness short \
		--shortcuts --card --sources configs/sources.json --recipe runs/fast/config.json --out runs/fast/evaluation

finder:  ## train and measure the face finder that ships; DATA has a faces.csv (30 minutes on 2 cores)
	$(PYTHON) -m unmask.training.finder build --data $(firstword $(DATA)) --out $(MODELS)/finder
