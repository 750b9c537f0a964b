# fritidshub. `make run` starts the hub, `make test` runs every test; the rest is for those who work on it.
BIN    := bin/fritidshub
CACHE  := .cache
AXE    := $(CACHE)/node/node_modules/axe-core/axe.min.js
LINT   := $(CACHE)/bin/golangci-lint
LINT_V := v2.15.0
AXE_V  := 4.14.1
# what the widgets' speed is measured against
CONTROL   := $(CACHE)/node/node_modules/instantsearch.js/package.json
CONTROL_V := 4.118.1
CONTROL_STYLE_V := 8.23.0
# checks the types of the widgets, which esbuild takes away unread
TSC   := $(CACHE)/tsc/node_modules/typescript/bin/tsc
TSC_V := 5.9.3
NPM_INSTALL = npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix $(CACHE)/node
export FRITIDSHUB_AXE := $(CURDIR)/$(AXE)

.PHONY: run build test test-deps types bench bench-engines load lint generate fuzz conformance nightly

run: build
	./$(BIN) serve

build:
	go build -o $(BIN) ./cmd/fritidshub

# Everything that is generated from sources: the bundled widget, the JSON Schema of sources.yaml, the list of connectors.
generate:
	go generate ./widget
	go run ./cmd/fritidshub schema > docs/sources.schema.json
	go test ./cmd/fritidshub -run TestConnectorsDoc -update-docs

test: test-deps types
	go vet ./...
	FRITIDSHUB_REQUIRE_BROWSER=1 go test -race -timeout 40m ./...
	go test -run '^(TestLarge|TestManyItems|TestDetectCorpus|TestKill|TestFollowWhileWriting)' ./api ./connectors/... ./index/relevance ./cmd/fritidshub
	$(MAKE) --no-print-directory conformance

# Installs what the browser tests need, where that is possible; elsewhere it says what is missing.
test-deps: $(AXE) $(CONTROL)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    echo "installing chromium"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	  else echo "make test: Chromium is missing; install it (Debian: sudo apt-get install chromium fonts-dejavu-core) and run again" >&2; exit 1; fi; }

$(AXE):
	@command -v npm >/dev/null || { echo "make test: npm is missing; it fetches axe-core, which checks accessibility (Debian: sudo apt-get install npm)" >&2; exit 1; }
	$(NPM_INSTALL) axe-core@$(AXE_V)
	@test -f $@

# Only measurements need it, which are skipped without it.
$(CONTROL): | $(AXE)
	-$(NPM_INSTALL) axe-core@$(AXE_V) instantsearch.js@$(CONTROL_V) instantsearch.css@$(CONTROL_STYLE_V)
	@test -f $@ || echo "make test: npm's registry did not give instantsearch.js; how fast the widgets are beside it is not measured" >&2

# The types of the widgets' sources; passed over, and told of, when npm's registry does not give the compiler.
types: | $(TSC)
	@if test -f $(TSC); then node $(TSC) -p widget; else echo "make types: npm's registry did not give typescript; the types of widget/src are not checked" >&2; fi

$(TSC):
	-@npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix $(CACHE)/tsc typescript@$(TSC_V)

# The hub as a whole, the search engine alone with up to a million documents, and two other engines beside it.
bench:
	@failed=0; go run ./cmd/fritidshub-bench || failed=1; go run ./cmd/fritidshub-bench -engine -n 10000,100000,1000000 || failed=1; \
	  (cd bench && go run -tags fts5 .) || failed=1; exit $$failed

# Only the last of these.
bench-engines:
	cd bench && go run -tags fts5 .

# A whole hub with 100,000 listings under load, over HTTP; `make load ARGS=-quick` is a short run that shows that it works.
load:
	cd bench && go run ./load $(ARGS)

lint: $(LINT)
	$(LINT) run ./...

$(LINT):
	GOBIN=$(CURDIR)/$(CACHE)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_V)

# Every fuzz target for a while: make fuzz TIME=60s. Minimising is bounded, else the fuzzer stands still on large seeds. When its time is up,
# the fuzzer now and then reports its own deadline as a failure; only a failing input is one.
TIME ?= 20s
fuzz:
	@log=$$(mktemp); trap 'rm -f '$$log EXIT; for p in $$(go list ./...); do for f in $$(go test -list '^Fuzz' $$p 2>/dev/null | grep '^Fuzz'); do \
	  echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(TIME) -fuzzminimizetime 10x $$p >$$log 2>&1 || \
	  { grep -q 'context deadline exceeded' $$log && ! grep -qE 'Failing input|panic' $$log; } || { cat $$log; exit 1; }; done; done

# The validators of others on a hub with the samples, one script for each in api/conformance: make conformance ONLY=rpde for that one. Most come from
# npm's registry, into $(CACHE); when that does not answer, it says what was passed over.
conformance: build
	api/conformance/run.sh $(ONLY)

# What is too long for every change: all tests, then every fuzz target for a minute.
nightly: test
	$(MAKE) fuzz TIME=60s
