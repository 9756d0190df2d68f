# SPDX-License-Identifier: GPL-2.0
#
# The only door to nflb: `make help` lists the targets. Builds go to .build/,
# the kernels of the tests to $NFLB_CACHE (/var/cache/nflb), outside.

# For `make` and `make install`: the kernel's headers, another kernel of the
# tests (6.1, 6.12), where to install.
KDIR ?= /lib/modules/$(shell uname -r)/build
KERNEL ?=
DESTDIR ?=
PREFIX ?= /usr/local
# For `make test`: names of tests, tests at a time.
TEST ?=
JOBS ?= 2

build_module := selftests/build-module $(if $(KERNEL),--kernel $(KERNEL),--kdir $(KDIR)) -j$(shell nproc)
MAKEFLAGS += --no-print-directory

.PHONY: all
all: modules userspace ## Build module and tools for the running kernel (KDIR=, KERNEL=)

.PHONY: modules
modules: ## Build nflb.ko alone
	@$(build_module) W=1

.PHONY: userspace
userspace: ## Build libnflb, lbadm and lbd alone
	@$(MAKE) -s -C userspace O=$(CURDIR)/.build/userspace all

.PHONY: install
install: all ## Install the module, lbadm, lbd and the manual (DESTDIR=, PREFIX=)
	@$(build_module) --install "$(DESTDIR)"
	@$(MAKE) -s -C userspace O=$(CURDIR)/.build/userspace install

.PHONY: deps
deps: ## Install the Debian packages that everything below needs
	@selftests/install-deps

.PHONY: demo
demo: deps ## Show nflb at work, in a virtual machine with real servers
	@selftests/demo/run $(if $(KERNEL),--kernel $(KERNEL)) demo

.PHONY: shell
shell: deps ## The demo's virtual machine with a prompt on the director
	@selftests/demo/run $(if $(KERNEL),--kernel $(KERNEL)) shell

.PHONY: test
test: deps ## Run all tests; or KERNEL=6.1|6.12|debug, TEST="NAME..." alone
	@selftests/run $(if $(KERNEL),--kernel $(KERNEL)) --jobs $(JOBS) $(TEST)

.PHONY: test-debug
test-debug: deps ## Run all tests on a kernel with sanitizers (built once, 15 minutes)
	@selftests/uml/build
	@selftests/run --kernel debug --jobs $(JOBS) $(TEST)

.PHONY: fuzz
fuzz: deps ## Feed parsers with what nobody would send, a minute each (SECONDS=)
	@$(MAKE) -s -C userspace O=$(CURDIR)/.build/userspace fuzz $(if $(SECONDS),FUZZ_SECONDS=$(SECONDS))

.PHONY: bench
bench: deps ## Compare nflb, IPVS and plain forwarding in instructions per packet
	@selftests/bench/run $(if $(KERNEL),--kernel $(KERNEL))

.PHONY: check
check: deps ## Hold the sources against checkpatch, sparse and other critics
	@selftests/check

.PHONY: clean
clean: ## Remove what was built, but not the cached kernels
	@rm -rf .build

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s%s\n", $$1, $$2 }' Makefile
