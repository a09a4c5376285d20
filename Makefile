# Two commands: `make run` and `make test`. The others serve them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: run build test bench soak fuzz fmt deps shots web e2e-deps package
BIN := target/debug/qingyuan

run: build
	@$(BIN) demo --data data --serve

build: web
	@cargo build --locked -p qingyuan

# The bundle is built again only when its sources have changed.
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*')
web: web/dist/manifest.txt
web/dist/manifest.txt: $(WEB_SOURCES)
	@cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build && touch dist/manifest.txt

test:
	@./xtask/deps
	@$(MAKE) --no-print-directory web e2e-deps
	@cargo run --quiet --locked -p xtask -- test

e2e-deps: e2e/node_modules/.package-lock.json target/schemathesis/installed
e2e/node_modules/.package-lock.json: e2e/package-lock.json
	@cd e2e && npm ci --no-audit --no-fund --loglevel=error
target/schemathesis/installed: e2e/requirements.txt
	@python3 -m venv target/schemathesis && target/schemathesis/bin/pip install --quiet --disable-pip-version-check -r e2e/requirements.txt && touch $@

bench: web
	@cargo run --quiet --locked -p xtask -- bench

# Hundreds of kills of each store under load; the result goes into docs/performance.md.
soak:
	@QINGYUAN_KILLS=$${KILLS:-500} cargo test --quiet --locked -p testkit --test it kills -- --nocapture
	@QINGYUAN_KILLS=$${CASE_KILLS:-5000} cargo test --quiet --locked -p casework --test it kills -- --nocapture

# Each parser that meets the outside, by coverage, for SECONDS_EACH; `make test` runs the same doors over inputs of fixed seeds.
fuzz:
	@cargo fuzz --version >/dev/null 2>&1 || { echo "cargo-fuzz is missing: cargo install cargo-fuzz, and a nightly toolchain" >&2; exit 1; }
	@cargo +nightly run --quiet --locked --manifest-path fuzz/Cargo.toml --bin seed
	@for door in $${DOORS:-$$(cargo fuzz list)}; do \
	  echo "── $$door"; cargo +nightly fuzz run --sanitizer none $$door -- -max_total_time=$${SECONDS_EACH:-60} -rss_limit_mb=4096 -verbosity=0 -print_final_stats=1; \
	done

shots: build e2e-deps
	@cargo run --quiet --locked -p xtask -- shots

fmt:
	@cargo fmt --all

deps:
	@./xtask/deps --install

# The Debian package of this machine's kind, in target/.
package: web
	@cargo run --quiet --locked -p xtask -- package
