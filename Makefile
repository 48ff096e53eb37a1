# hulotte: every target sets up what it needs. `make help` lists them.
SHELL := /bin/sh
export PATH := $(CURDIR)/.runtime/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export NODE_OPTIONS += --disable-warning=ExperimentalWarning

.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: bundle ## light the demonstration street: broker, simulator, runtime and page (Ctrl-C ends it)
	@exec node tools/demo/demo.ts

junction: bundle ## work a cross-roads with buses: the same, for priority (Ctrl-C ends it)
	@exec node tools/demo/junction.ts

test: bundle debian check ## everything that can be proven on this machine; the last line sums it
	@node tools/test-runner.ts

check: types lint boundaries ## types, lint, import rules

types: node_modules/.installed
	@tsc && tsc -p tools/console/page

lint: node_modules/.installed
	@biome check --error-on-warnings .

boundaries: node_modules/.installed
	@depcruise --config .dependency-cruiser.json --output-type err controllers firmware sim flows tools

format: node_modules/.installed ## let the formatter and the safe lint fixes have their way
	@biome check --write .

guest: guest-tools node_modules/.installed ## the arm64 guest for hardware in the loop: kernels, root, runtime (.cache/guest)
	@tools/guest/image.sh

hil: guest ## hardware in the loop: scenarios and the ports' contracts on emulated arm64 machines (reports in var/hil)
	@node tools/hil/all.ts

bench: bench-runtime bench-dali bench-link bench-lighting bench-junction bench-hil ## every bench: one JSON object a line on standard output

bench-runtime: bundle ## cold start, memory, command latency, a simulated night
	@node tools/bench/runtime.ts

bench-dali: node_modules/.installed ## DALI: commissioning, polling, a user's wait, fault sweep, fuzz, codec, diagnosis (some five minutes)
	@node tools/bench/dali.ts

bench-link: node_modules/.installed debian ## the cockpit link: bytes a lamp a day, replay, supervisor, journal (some ten minutes)
	@node tools/bench/link.ts

bench-lighting: node_modules/.installed ## light that follows people: a district's year, forecasts, thermal counting (some 20 minutes)
	@node tools/bench/lighting.ts

bench-junction: node_modules/.installed debian ## priority at junctions: SUMO, worst waits, proof, fuzz, latency, gap to the oracle (some 70 minutes)
	@node tools/bench/junction.ts

soak: bundle debian ## the cockpit link under kills, cuts, fuzz and failing disks, with a real broker over TLS (some 35 minutes)
	@node tools/soak/all.ts

bench-hil: guest ## hardware in the loop: time to light, I2C stress, unplugs, power cuts, memory (some 25 minutes)
	@node tools/bench/hil.ts

clean: ## remove what make produced
	rm -rf node_modules .runtime .runtime.part .cache var

# ---- set-up, called by the targets above ----

node_modules/.installed: package-lock.json tools/setup/node.sh tools/setup/packages.sh | runtime
	@tools/setup/packages.sh

# What a cabinet runs, without types and unused library code; `tools/hulotte` runs the sources where it is not fresh.
bundle: node_modules/.installed
	@node tools/bundle.ts

runtime:
	@tools/setup/node.sh

# What some tests drive.
debian:
	@tools/setup/debian.sh socat:socat mosquitto_sub:mosquitto-clients mosquitto:mosquitto openssl:openssl \
	  softhsm2-util:softhsm2 $(firstword $(wildcard /usr/lib/*-linux-gnu/engines-3/pkcs11.so) /none):libengine-pkcs11-openssl \
	  chromium:chromium sumo:sumo /usr/share/sumo/tools/sumolib/scenario:sumo-tools

# What the guest is built with and runs in.
guest-tools:
	@tools/setup/debian.sh qemu-system-aarch64:qemu-system-arm qemu-img:qemu-utils aarch64-linux-gnu-g++:g++-aarch64-linux-gnu \
	  depmod:kmod mke2fs:e2fsprogs cpio:cpio xz:xz-utils make:make /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring

.PHONY: help run junction test check types lint boundaries format hil bench bench-runtime bench-dali bench-link bench-lighting bench-junction bench-hil soak clean bundle runtime debian guest guest-tools
