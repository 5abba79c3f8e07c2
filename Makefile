# Forwards to scripts and CMake presets; nothing is decided here.
.DEFAULT_GOAL := help
PRESET ?= dev
JOBS ?= $(shell nproc)
# Clones on one machine share what was compiled: where a checkout lies does not count.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

build: ## build/release/sparkwarden: static-pie, hardened
	scripts/install-deps.sh build
	scripts/build-release.sh $(JOBS)

demo: build ## the main job on a real NFS server: green, broken, mended
	scripts/install-deps.sh demo
	scripts/demo.sh build/release/sparkwarden

test: ## every tier that exists, then the same under ASan+UBSan
	scripts/install-deps.sh build test
	scripts/test.sh dev $(JOBS)
	scripts/test.sh asan $(JOBS)

test-quick: ## unit and integration tests of the dev build
	scripts/install-deps.sh build test
	scripts/test.sh $(PRESET) $(JOBS)

test-long: ## the storage probe under faults, 16,500 runs (about ten minutes)
	scripts/install-deps.sh build test
	scripts/test-long.sh $(PRESET) $(JOBS)

bench: build ## size and speed beside node-exporter, prometheus-cpp's server, pip, yamllint and a C client of NFS
	scripts/install-deps.sh bench
	bench/footprint.sh build/release/sparkwarden
	bench/http.sh build/release/sparkwarden
	bench/fleet.sh build/release/sparkwarden
	bench/scan.sh build/release/sparkwarden
	bench/lint.sh build/release/sparkwarden
	bench/wire.sh build/release/sparkwarden
	bench/parsers.sh

format: ## rewrite the sources as .clang-format says
	scripts/install-deps.sh lint
	scripts/format.sh fix

lint: ## formatting and clang-tidy
	scripts/install-deps.sh build test lint
	scripts/format.sh check
	scripts/tidy.sh $(JOBS)

clean: ## remove build/
	rm -rf build

.PHONY: help build demo test test-quick test-long bench format lint clean
