# Ra Lớp: two commands do everything on a fresh Debian or Ubuntu machine with Go and git.
#
#   make demo      build, make the demonstration district, serve it, print address and accounts
#   make test      bring what the tests need (says so), then every check and every test
#
# The rest: make test-data (outside files), make test-ha (PostgreSQL under Patroni fails over), make check (= CI), make bench, make bench-full, make build, make generate.

# No C compiler is asked of anybody: SQLite and PostgreSQL are both driven from pure Go. (So no -race here
# either; whoever hunts a race runs CGO_ENABLED=1 go test -race on one package with gcc installed.)
export CGO_ENABLED := 0
# Outside files of the acceptance tests; not part of the project.
RALOP_SHARED ?= $(abspath $(CURDIR)/../shared)
export RALOP_SHARED

GO ?= go
# One limit for all packages together is the runner's; this one catches a test that hangs.
TEST_TIMEOUT ?= 20m
DEMO_ARGS ?=
# otlp builds the exporter of traces in.
TAGS ?=
BENCH_ARGS ?=

.PHONY: demo fuzz test test-data test-ha check bench bench-full pgo build generate needs format-check generate-check vet tidy-check

demo: build
	bin/ralop demo $(DEMO_ARGS)

build:
	$(GO) build -trimpath -tags "$(TAGS)" -o bin/ralop ./cmd/ralop

generate:
	$(GO) tool templ generate

test: needs format-check generate-check vet
	$(GO) test -timeout $(TEST_TIMEOUT) ./...

# Tests on files from outside are in a target of their own and never pass for want of the files.
test-data:
	@test -d "$(RALOP_SHARED)/data" || { \
	  echo "make test-data: no outside files in $(RALOP_SHARED)/data. Set RALOP_SHARED to the folder that holds data/." >&2; exit 1; }
	$(GO) test -timeout $(TEST_TIMEOUT) -tags data -run Data ./...

# Three nodes of PostgreSQL under Patroni and three members of etcd on loopback; about ten minutes.
test-ha: needs
	@tools/needs-ha.sh
	$(GO) test -timeout $(TEST_TIMEOUT) -count 1 -tags ha -v -run 'TestAFailedPrimary|TestVersions' ./e2e/ha

# Every fuzzer in turn, FUZZTIME each: FUZZTIME=10m for a night, 7s in CI (a minute in all).
FUZZTIME ?= 30s
fuzz:
	@GO="$(GO)" tools/fuzz.sh "$(FUZZTIME)" $(FUZZONLY)

check: test test-data tidy-check

# Some six minutes on the demonstration district.
bench:
	$(GO) run ./bench $(BENCH_ARGS)

# What takes longer: growth to a million pupils, a year and a list of a province, a thousand submissions a second for ten
# minutes. Some half an hour; writes its figures and pictures into the page.
bench-full:
	$(GO) run ./bench -only growth,year,import-province,open,duplicates -o docs/performance.md $(BENCH_ARGS)

# Takes a profile of submissions and pages and shows whether a build guided by it pays.
pgo:
	bench/pgo.sh

needs:
	@tools/needs.sh

# Generated pages are formatted by their generator.
format-check:
	@bad=$$(find . -name '*.go' -not -name '*_templ.go' -not -path './.git/*' -exec gofmt -l {} +); \
	test -z "$$bad" || { echo "make: not formatted (run gofmt -w on them):"; echo "$$bad"; exit 1; } >&2

# The generated Go of every page is committed; it must be what its .templ says.
generate-check:
	@tools/generated.sh "$(GO)"

vet:
	$(GO) vet -tags data,ha ./...

tidy-check:
	$(GO) mod tidy -diff
