# Two commands for a fresh Debian 12 machine, as root with git and make:
#   make demo   installs what is needed, builds, and certifies the recorded canary
#   make test   installs, builds and passes the tests
# `make help` lists the rest. PROOFMARK_SKIP_SETUP=1 leaves the machine's packages alone.

BUILD ?= build
JOBS  ?= $(shell nproc)

.PHONY: help setup build all demo test bench bench-quick lint format fuzz asan tsan clean

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make setup    install the Debian packages that building and testing need
setup:
	@bash scripts/setup.sh

$(BUILD)/build.ninja: | setup
	cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release

## make build    compile the program to build/proofmark
build: $(BUILD)/build.ninja
	ninja -C $(BUILD) -j $(JOBS) proofmark proofmark_plugins

## make all      compile everything, tests included
all: $(BUILD)/build.ninja
	ninja -C $(BUILD) -j $(JOBS)

## make demo     run the main job on recorded telemetry
demo: build
	@bash scripts/demo.sh $(BUILD)

## make test     build and run every test
test: all
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

## make bench    measure against peers and hand-written limits, 50 million rows
bench: $(BUILD)/build.ninja
	@JOBS=$(JOBS) bash scripts/bench.sh $(BUILD) full

## make bench-quick  the same with 5 million rows, under three minutes
bench-quick: $(BUILD)/build.ninja
	@JOBS=$(JOBS) bash scripts/bench.sh $(BUILD) quick

## make lint     clang-format and clang-tidy
lint: all
	@bash scripts/lint.sh $(BUILD)

## make format   rewrite sources with clang-format
format: | setup
	git ls-files '*.cpp' '*.h' | xargs clang-format-19 -i

## make asan     the tests under address and undefined-behaviour sanitizers
asan: | setup
	cmake --preset asan && ninja -C build-asan -j $(JOBS) && ctest --test-dir build-asan --output-on-failure -j $(JOBS)

## make tsan     the threaded tests under the thread sanitizer
tsan: | setup
	cmake --preset tsan && ninja -C build-tsan -j $(JOBS) && ctest --test-dir build-tsan --output-on-failure -j $(JOBS) -L threads --no-tests=error

## make fuzz     build the fuzzers with clang and run each for FUZZ_SECONDS (30)
fuzz: | setup
	@bash scripts/fuzz.sh

## make clean    remove what was built
clean:
	rm -rf $(BUILD) build-asan build-tsan build-fuzz
