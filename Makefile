# Every target sets up what it needs; on a machine that has it all, that takes a blink.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Node 24 and the tools of package-lock.json come first, whatever the machine itself has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
VITEST_FLAGS ?=

.PHONY: help setup demo test soak mutants image image-all build check generate format bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*##/ { printf "%-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: system packages, Node 24, npm packages
	@scripts/setup

demo: setup ## From a compose to production, end to end, on this machine; DEMO=quick: in a minute
	@node scripts/demo.ts $(DEMO_FLAGS)

# The command is bundled first, as many tests start it: from its sources that takes three times as long.
test: setup ## Run all tests
	@node scripts/build-cli.ts
	@vitest run $(VITEST_FLAGS)
	@node scripts/check-schemas.ts --if-present

soak: setup ## Run every generated test with all of its cases, and write docs/soak.md (SOAK_FLAGS)
	@node scripts/soak.ts $(SOAK_FLAGS)

mutants: setup ## Which small changes do tests not notice? In all folders, into docs/mutants.md, or in FOLDER
	@node scripts/mutants.ts $(if $(FOLDER),--folder $(FOLDER))

image: setup ## Build the step image, and that of the command, from a base of this distribution
	@scripts/image

image-all: setup ## Build both for all platforms, as the OCI layouts dist/image and dist/image-command
	@scripts/image --platform linux/amd64,linux/arm64,linux/ppc64le,linux/s390x --output oci:dist/image $(IMAGE_FLAGS)

build: setup ## Bundle the steps into dist/steps, the command into dist/cli, and compile the package into dist/lib
	@node scripts/build-steps.ts
	@node scripts/build-cli.ts
	@node scripts/build-package.ts

check: setup ## Types, linters, and whether generated files are fresh
	@npm run --silent check

generate: setup ## Write generated YAML and pages anew
	@node scripts/generate.ts

format: setup ## Format the sources
	@biome check --write .

bench: setup ## Measure against the named peers: steps, engine, bundles, transfer (BENCH_FLAGS)
	@node test/bench/bench.ts $(BENCH_FLAGS)

clean: ## Remove what builds and runs left, images included; packages stay
	@rm -rf --one-file-system dist .cache .runs
	@! command -v podman >/dev/null || podman images --quiet --filter 'reference=localhost/bootc-catalog-*' | sort -u | xargs -r podman rmi --force >/dev/null
