PYTHON ?= python

.PHONY: check test bench detector card finder

# For `detector` and `finder`: folders of picture sets, the one with Validation and Test first, and
# two networks' ImageNet weights to start from. If there are such: FACELESS, a folder of pictures without
# people, and STRANGERS, sets that nothing is trained on and on which thresholds must hold. CHANGES are --set
# options for every training: with "--set optimise.steps_per_epoch=3 --set optimise.batch=16" and a thousand
# pictures the whole way takes half an hour.
DATA ?= pictures
WEIGHTS ?= mobilenet_edgetpu_imagenet_notop.keras
DEEP_WEIGHTS ?= inception_v3_mixed7_imagenet.weights.h5
MODELS := src/unmask/models
COPIES = runs/copies.txt
FOLDERS = $(foreach folder,$(DATA),--data $(folder))
TRAIN = $(PYTHON) -m unmask train --store runs/crops $(FOLDERS) $(CHANGES) \
	--set architecture.weights=$(WEIGHTS) --set data.leave_out_list=$(COPIES)
TRAIN_DEEP = $(TRAIN) --set architecture.weights=$(DEEP_WEIGHTS)
HOLD = $(FOLDERS) $(if $(STRANGERS),--strangers $(STRANGERS))
EXPORT = $(PYTHON) -m unmask export $(HOLD)
# what only the next training begins from
EXPORT_START = $(PYTHON) -m unmask export --no-int8 --data $(firstword $(DATA))
JOIN = $(PYTHON) -m unmask join $(HOLD) runs/developed/detectors/fast-int8
RECIPE_balanced := fast_wide_developed
RECIPE_accurate := deep_developed
FINDER = $(PYTHON) -m unmask.training.finder

check:  ## format, lint, types, architecture
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest tests/architecture

test:  ## every test, a file to each free core
	$(PYTHON) -m pytest -n auto --dist loadfile

bench:  ## how fast, how small: a table
	$(PYTHON) -m benchmarks

detector:  ## train, export, calibrate and measure the detectors that ship (13 hours on 2 cores)
	mkdir -p runs
	$(PYTHON) -m unmask data audit $(DATA) --leave-out $(COPIES) --allow leak-exact --allow leak-near
	$(TRAIN) --config configs/fast.yaml --contact-sheet runs/seen.png   # cuts the faces, trains nothing
	$(PYTHON) -m unmask data copies runs/crops --leave-out $(COPIES)
	$(TRAIN) --config configs/fast.yaml --out runs/fast
	$(EXPORT_START) runs/fast --name fast --out runs/first
	$(TRAIN) --config configs/fast_further.yaml --out runs/further
	$(EXPORT_START) runs/further --name fast --out runs/second
	$(TRAIN) --config configs/fast_last.yaml --out runs/last
	$(EXPORT_START) runs/last --name fast --out runs/last/detectors
	$(TRAIN) --config configs/fast_developed.yaml --out runs/developed
	$(EXPORT) runs/developed --name fast --out runs/developed/detectors
	$(TRAIN) --config configs/fast_wide.yaml --out runs/wide
	$(EXPORT_START) runs/wide --name wide --out runs/wide/detectors
	$(TRAIN) --config configs/fast_wide_developed.yaml --out runs/wider
	$(EXPORT) runs/wider --name wide --out runs/wider/detectors
	$(TRAIN_DEEP) --config configs/deep.yaml --out runs/deep
	$(EXPORT_START) runs/deep --name deep --out runs/deep/detectors
	$(TRAIN_DEEP) --config configs/deep_further.yaml --out runs/deeper
	$(EXPORT_START) runs/deeper --name deep --out runs/deeper/detectors
	$(TRAIN_DEEP) --config configs/deep_developed.yaml --out runs/deepest
	$(EXPORT) runs/deepest --name deep --out runs/deepest/detectors
	$(JOIN) runs/wider/detectors/wide-int8 --name balanced --out runs/balanced
	$(JOIN) runs/wider/detectors/wide-int8 runs/deepest/detectors/deep-int8 --name accurate --out runs/accurate
	cp -R runs/developed/detectors/fast runs/developed/detectors/fast-int8 runs/balanced/balanced runs/accurate/accurate $(MODELS)
	$(MAKE) card NAME=fast
	$(MAKE) card NAME=fast-int8
	$(MAKE) card NAME=balanced
	$(MAKE) card NAME=accurate

card:  ## measure the shipped detector NAME on Test and write its card
	$(if $(STRANGERS),$(PYTHON) -m unmask evaluate $(MODELS)/$(NAME) --data $(STRANGERS) --out runs/cards/$(NAME)-elsewhere)
	$(PYTHON) -m unmask evaluate $(MODELS)/$(NAME) --data $(firstword $(DATA)) --out runs/cards/$(NAME) --card --sources configs/sources.json \
		--robustness short --shortcuts \
		--recipe configs/$(or $(RECIPE_$(NAME)),fast_developed).yaml --notes configs/$(if $(RECIPE_$(NAME)),joint,fast)_notes.md \
		$(if $(STRANGERS),--elsewhere runs/cards/$(NAME)-elsewhere) --left-out configs/left_out.json

finder:  ## train and measure the face finder that ships; DATA has a faces.csv (1.5 hours on 2 cores)
	$(FINDER) build --data $(firstword $(DATA)) --out runs/finder
	$(FINDER) build --data $(firstword $(DATA)) --out $(MODELS)/finder --weights runs/finder --steps 5400 --first 3600 --rate 1.5e-3 \
		$(if $(word 2,$(DATA)),--more $(word 2,$(DATA))) $(if $(FACELESS),--faceless $(FACELESS))
