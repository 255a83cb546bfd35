# SPDX-FileCopyrightText: 2026 The cloudcron.huaweicloud contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Every target makes what it needs; nothing has to be run before. Everything generated lies in .work.

PYTHON ?= python3
PORT ?= 0

VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
WORK := $(CURDIR)/.work
ENVS := $(WORK)/python$(VERSION)
UV := $(ENVS)/uv/bin/uv
DEMO := $(ENVS)/demo/ready
DEV := $(ENVS)/dev/ready
AUDIT := $(ENVS)/audit/ready

# How many processes a step of its own may use. Those that run side by side get one each.
PROCESSES ?= 2

# A link under the collection's own name is enough for mypy, which takes ten times as long with a collection that is
# built and installed for it. The tests make the same one.
LINK := $(WORK)/site/ansible_collections/cloudcron/huaweicloud
MYPY := MYPYPATH=$(WORK)/site mypy --package ansible_collections.cloudcron.huaweicloud.plugins \
	--package ansible_collections.cloudcron.huaweicloud.extensions.emulator

# The longest first, so that no core is idle at the end.
STEPS := unit contract playbooks documents sanity targets lint release-tests package docs molecule
INSTALLED := $(filter-out unit contract lint,$(STEPS))

export PIP_CACHE_DIR := $(WORK)/cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1
export UV_CACHE_DIR := $(WORK)/cache/uv

.DELETE_ON_ERROR:
.PHONY: help demo emulator quick test $(STEPS) installed integration docs-lint coverage bench faults mutants audit matrix lock clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: private export PATH := $(ENVS)/demo/bin:$(PATH)
demo: $(DEMO) ## run playbooks/demo.yml against the emulator: changed, unchanged, check mode
	@python -m tests.tools.demo

emulator: private export PATH := $(ENVS)/demo/bin:$(PATH)
emulator: $(DEMO) ## run the emulator in the foreground, on PORT if that is given
	@exec python extensions/emulator --port $(PORT)

quick: $(DEV) ## ruff, mypy, and the unit tests that are not thorough, without their coverage: half a minute
	ruff check
	$(MYPY)
	pytest --numprocesses 2 --dist worksteal -m 'not thorough and not sockets' tests/unit

test: $(DEV) ## all of the following steps, up to package, as many at once as there are cores
	@python -m tests.tools.steps $(STEPS)

installed: $(DEV) ## those of them that are about the installed collection
	@python -m tests.tools.steps $(INSTALLED)

integration: $(DEV) ## real Ansible runs of the installed collection against the emulator
	@python -m tests.tools.steps playbooks targets

quick test installed integration $(STEPS) docs-lint coverage: private export PATH := $(ENVS)/dev/bin:$(PATH)
$(STEPS) docs-lint: $(DEV)

lint quick: $(LINK)

lint: ## ruff, shellcheck, REUSE, changelog, mypy, ansible-lint
	ruff check
	shellcheck .ci/run
	reuse lint --lines
	antsibull-changelog lint
	$(MYPY)
	@python -m tests.tools.with_collection --inside sh -xc 'ansible-lint'

unit: ## unit tests, and how much of plugins/ they cover
	coverage erase
	coverage run -m pytest --numprocesses $(PROCESSES) --dist worksteal tests/unit
	coverage combine --quiet
	coverage report

contract: ## the vendor's SDK against the emulator, schemathesis too, the modules against every fault, and this repository
	pytest --numprocesses $(PROCESSES) --dist worksteal tests/contract tests/faults tests/community

sanity: ## ansible-test sanity on the installed collection
	@python -m tests.tools.with_collection --inside python -m tests.tools.run_ansible_test sanity

# The longest of all, which waits for other processes most of the time: two, also where there are other steps.
playbooks: ## playbooks of the tests' own
	@python -m tests.tools.with_collection pytest --numprocesses 2 --dist loadfile tests/playbooks

targets: ## ansible-test integration
	@python -m tests.tools.with_collection --inside \
		python -m tests.tools.with_emulator python -m tests.tools.run_ansible_test integration in-process

docs-lint: ## the modules' documentation
	@python -m tests.tools.with_collection --inside sh -xc 'antsibull-docs lint-collection-docs \
		--plugin-docs --validate-collection-refs all --disallow-unknown-collection-refs .'

docs: docs-lint ## the documentation as a website, in .work/docs/html; warnings and broken links are errors
	@python -m tests.tools.with_collection python -m tests.tools.docs

documents: ## run every code block of the documentation against the emulator
	@python -m tests.tools.with_collection pytest --numprocesses $(PROCESSES) tests/documents

release-tests: ## walk the README with the archive alone, and use that with ansible-doc, -navigator and -runner
	@python -m tests.tools.with_collection pytest --numprocesses $(PROCESSES) --dist loadfile tests/release

molecule: ## molecule's scenario of the role, against the emulator
	@python -m tests.tools.with_collection --inside sh -c 'cd extensions && \
		MOLECULE_EPHEMERAL_DIRECTORY=$$TMPDIR/molecule NO_COLOR=1 python emulator -- molecule test'

package: ## build the archive for Galaxy, look what is in it, and check it as Galaxy does
	@python -m tests.tools.package

coverage: unit ## the unit tests' coverage as HTML
	coverage html

bench: private export PATH := $(ENVS)/dev/bin:$(PATH)
bench: $(DEV) ## measure a quiet machine's speed, and write docs/quality/benchmark.md (BENCH=--quick: a glance)
	@python -m tests.benchmark $(BENCH)

faults: private export PATH := $(ENVS)/dev/bin:$(PATH)
faults: $(DEV) ## let everything go wrong in every operation, and write docs/quality/faults.md
	@python -m tests.faults

mutants: private export PATH := $(ENVS)/audit/bin:$(PATH)
mutants: $(AUDIT) ## break module_utils in every way that mutmut knows, and write docs/quality/mutants.md (an hour)
	@python -m tests.mutants $(MUTANTS)

# Strict, since a version that the database does not know would otherwise pass for one without vulnerabilities.
audit: $(AUDIT) ## look the pinned versions up in the database of known vulnerabilities (wants the network)
	$(ENVS)/audit/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off \
		$(foreach name,uv demo dev audit,--requirement requirements/$(name).txt)

matrix: $(UV) ## test with each ansible-core and each Python found (MATRIX="2.18 2.22/3.13": these; wants the network)
	@exec env UV=$(UV) $(PYTHON) -m tests.tools.matrix $(MATRIX)

lock: $(UV) ## pin the newest versions that requirements/*.in allow
	cd requirements && for name in uv demo dev audit; do \
		$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command 'make lock' --output-file $$name.txt $$name.in || exit; \
	done

clean: ## remove everything generated
	rm -rf .work

$(LINK):
	@mkdir -p $(@D)
	@ln -s ../../../.. $@

# The environments. uv fills them, and pip is there to fetch uv.

$(UV): requirements/uv.txt
	@$(PYTHON) -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' || { \
		echo "This needs Python 3.11 or newer with venv (Debian: apt install python3-venv), and '$(PYTHON)' is not that." \
			"Another one: make PYTHON=..." >&2; exit 1; }
	@echo "Preparing Python environments in .work"
	@$(PYTHON) -m venv --clear $(ENVS)/uv
	@$(ENVS)/uv/bin/pip install -qq --no-compile --require-hashes --requirement requirements/uv.txt
	@touch $@

$(ENVS)/%/ready: requirements/%.txt $(UV)
	@$(PYTHON) -m venv --without-pip $(ENVS)/$*
	@$(UV) pip sync --quiet --require-hashes --compile-bytecode --python $(ENVS)/$*/bin/python requirements/$*.txt
	@touch $@
