# Every target installs what it needs by itself (build/install.sh says what) and says so.
SHELL := /bin/bash
.DEFAULT_GOAL := help

ARCH := $(shell uname -m)
RID := $(if $(filter aarch64,$(ARCH)),linux-arm64,linux-x64)
# This machine's own, or built for the other architecture.
ifeq ($(ARCH),$(shell uname -m))
AGENT := artifacts/bin/eni-agent
else
AGENT := artifacts/bin/$(ARCH)/eni-agent
CROSS := -p:CppCompilerAndLinker=clang -p:ObjCopyName=$(ARCH)-linux-gnu-objcopy
endif
SOURCES := $(shell find src -name '*.cs' -o -name '*.csproj') Directory.Build.props Directory.Packages.props src/Directory.Build.props

.PHONY: help
help: ## Show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | while IFS='|' read -r target text; do printf '  make %-14s %s\n' "$$target" "$$text"; done

.PHONY: build
build: $(AGENT) ## Build the static binary, artifacts/bin/eni-agent

$(AGENT): $(SOURCES)
	@build/install.sh build
	@$(if $(CROSS),build/install.sh $(if $(filter aarch64,$(ARCH)),arm64))
	dotnet publish src/EniAgent -c Release -r $(RID) $(CROSS) -v quiet --nologo
	@mkdir -p $(@D)
	@install -m 755 artifacts/publish/EniAgent/release_$(RID)/eni-agent $@
	@touch $@
	@ls -l $@ | awk '{printf "%s: %.1f MB\n", $$NF, $$5 / 1e6}'

.PHONY: binary
binary:
	@echo $(AGENT)

.PHONY: packages
packages: ## Make DEB and RPM packages for x86-64 and arm64, in artifacts/packages
	@build/packages.sh

.PHONY: demo
demo: ## Show it at work in a simulated VPC (needs root)
	@build/demo.sh

.PHONY: test
test: ## Run every test (as root; without root, those that need none)
	@build/test.sh

.PHONY: test-vm
test-vm: ## Run the part of it that needs systemd or a virtual machine (needs root)
	@TESTS='^EniAgent.Vm' build/test.sh

.PHONY: test-confined
test-confined: ## Run the integration tests with every agent confined by systemd as its unit says (needs root)
	@TESTS='^Confined' build/test.sh

.PHONY: test-ifcfg-rh
test-ifcfg-rh: ## Run the tests for machines whose NetworkManager has its plugin for ifcfg files (needs root)
	@build/test-ifcfg-rh.sh

.PHONY: fuzz
fuzz: ## Feed every parser N inputs (N=10000000, TARGET=netlink-messages, SEED=1)
	@build/fuzz.sh "$(or $(N),1000000)" "$(SEED)" $(TARGET)

.PHONY: chaos
chaos: ## Let everything happen to it, SEEDS=1-4 STEPS=250 (needs root)
	@build/chaos.sh

.PHONY: soak
soak: ## Let it live for a while, MINUTES=10, and draw what it holds and has used (needs root)
	@build/soak.sh

.PHONY: bench
bench: ## Measure it beside its peers, a few minutes, ONLY="cold-sync idle" (needs root)
	@build/bench.sh $(ONLY)

.PHONY: bench-full
bench-full: ## Measure everything, twenty minutes (needs root)
	@build/bench.sh --full $(ONLY)

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf artifacts
