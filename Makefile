# make check   builds a release and checks every lab against its model submission
# make test    runs all tests
# make bench   measures whole-process times and memory

SWIFT ?= swift
# One build serves the product and its tests: optimised rooms, tests that are not, and the tests may see what is internal.
RELEASE = -c release -Xswiftc -enable-testing
BIN = .build/release/labrunner
APT_PACKAGES = libgit2-dev libsqlite3-dev zlib1g-dev pkg-config

.PHONY: check test bench deps build tests clean

check: build
	@$(BIN) lab lint --labs labs
	@$(BIN) lab test --labs labs
	@$(BIN) check --labs labs --submission solutions || { \
	  echo "make check: a model submission does not get full marks; the lines above say why."; exit 1; }
	@echo "make check: every lab passes with its model submission. Try: $(BIN) list"

test: tests
	@# Tests with real clients and their deadlines run by themselves: the others would starve them.
	@$(SWIFT) test -c release --skip-build --skip APIServerTests && \
	  $(SWIFT) test -c release --skip-build --filter APIServerTests && echo "make test: all tests passed." || { \
	  echo "make test: a test failed; look for ✘ above, and run it alone with: $(SWIFT) test -c release --skip-build --filter NAME"; exit 1; }

bench: build
	@Benchmarks/whole-process $(BIN)

tests: deps
	@$(SWIFT) build $(RELEASE) --build-tests || { echo "make: the build of the tests failed; the first error above says where."; exit 1; }

build: deps
	@$(SWIFT) build $(RELEASE) --product labrunner || { echo "make: the build failed; the first error above says where."; exit 1; }

deps:
	@command -v $(SWIFT) >/dev/null || { echo "make: Swift 6.1 or newer is needed: https://www.swift.org/install"; exit 1; }
	@if pkg-config --exists libgit2 sqlite3 zlib 2>/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "make: installing $(APT_PACKAGES)"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(APT_PACKAGES) >/dev/null; } || { \
	    echo "make: that did not work. Run: apt-get update && apt-get install -y $(APT_PACKAGES)"; exit 1; }; \
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then \
	  echo "make: installing $(APT_PACKAGES)"; \
	  sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(APT_PACKAGES) >/dev/null; \
	else \
	  echo "make: libgit2, sqlite3 or zlib is missing. Run: sudo apt-get install -y $(APT_PACKAGES)"; exit 1; \
	fi

clean:
	@rm -rf .build
