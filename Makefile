# guestwatch: `make run` runs the main job, `make test` passes every test; both set up what a Debian 12 with Swift lacks.

PACKAGES := libcurl4-openssl-dev libssl-dev libxml2-dev libpcre2-dev libsqlite3-dev zlib1g-dev libzstd-dev pkg-config
TRAIT_PACKAGES := libhiredis-dev libmosquitto-dev libnats-dev libpq-dev librabbitmq-dev librdkafka-dev
TEST_PACKAGES := $(TRAIT_PACKAGES) curl golang-go golang-github-vmware-govmomi-dev openssl python3 python3-venv python3-jsonschema python3-selenium \
  chromium chromium-driver prometheus busybox-static cpio \
  iproute2 util-linux podman crun runc conmon docker.io containerd lxc lxc-templates lxd systemd-container \
  qemu-system-x86 qemu-utils libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-clients postgresql-15 etcd-server etcd-client mosquitto mosquitto-clients rabbitmq-server redis-server redis-tools nats-server
PACKAGE_PACKAGES := binutils debootstrap dpkg-dev git lintian python3 xz-utils
SHELL := /bin/bash
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# Sinks whose client libraries not every host has: none unless asked for, as in `make build TRAITS=NATS,Kafka`.
TRAITS ?=
# Traits are handed to the compiler in the order of a hash: a fixed one, or each change of a list of files builds all anew.
SWIFT_BUILD := SWIFT_DETERMINISTIC_HASHING=1 swift build --explicit-target-dependency-import-check error
VCSIM := .build/vcsim/vcsim

.PHONY: run build test package package-test package-boot sanitize sanitize-thread sanitize-address lint format bench pictures fuzz \
  torture torture-vcenter torture-sinks torture-crashes load soak fixtures setup setup-test clean

## run: set up, build, and run the agent on ./collectors.json until Ctrl-C
run: build
	.build/release/guestwatch run --config collectors.json

## build: set up and build the release binary, .build/release/guestwatch
build: setup
	$(SWIFT_BUILD) -c release --static-swift-stdlib --product guestwatch $(if $(TRAITS),--traits $(TRAITS))

## test: set up, build and pass every test; says again at the end which failed
test: setup setup-test
	$(SWIFT_BUILD) --build-tests --enable-all-traits
	@set -o pipefail; swift test --skip-build --no-parallel --enable-all-traits 2>&1 | tee .build/tests.log \
	  || { echo; grep --text -A 3 '✘ Test .* recorded an issue' .build/tests.log; exit 1; }

## package: build the Debian package with every sink, into .build/debian; the release binary has every sink then
package: setup
	@$(call install,$(TRAIT_PACKAGES) $(PACKAGE_PACKAGES))
	$(SWIFT_BUILD) -c release --static-swift-stdlib --product guestwatch --enable-all-traits
	rm -f .build/debian/*.deb
	Packaging/debian/build.sh .build/release/guestwatch .build/debian

## package-test: build it, and install, upgrade, remove and purge it in a Debian root of its own
package-test: package
	$(SUDO) Packaging/debian/test.sh .build/debian/guestwatch_*.deb .build/debian/root

## package-boot: build it, and boot a Debian root of its own in which systemd runs the service
package-boot: package
	@$(call install,systemd-container)
	$(SUDO) Packaging/debian/boot.sh .build/debian/guestwatch_*.deb .build/debian/boot

## sanitize: pass the tests under ThreadSanitizer, then under AddressSanitizer, each with a build of its own
sanitize: sanitize-thread sanitize-address

# EndToEndTests are left out: they watch the agent from outside, as a process; the same modules run under the sanitizers
# in the other tests. TidyTests read sources only. Leaks are not looked for: LeakSanitizer takes what the main task's
# frame holds at the end of a process for leaked. SUITE=NATSTests passes the tests of one target only.
sanitize-thread sanitize-address: sanitize-%: setup setup-test
	swift build --build-tests --enable-all-traits --sanitize $* --scratch-path .build/$*
	ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=halt_on_error=1 swift test --skip-build --no-parallel --enable-all-traits --sanitize $* \
	  --scratch-path .build/$* --skip EndToEndTests --skip TidyTests $(if $(SUITE),--filter $(SUITE))

## lint: formatting and shape, as CI checks them
lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

## format: write the formatting that lint wants
format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

## bench: measure beside the limits and the peers, in one run each
bench: build
	@$(call install,$(TRAIT_PACKAGES))
	$(MAKE) -C Benchmarks

## pictures: draw the pictures of README.md anew
pictures: build setup-test
	python3 Tests/Dashboard/pictures.py .build/release/guestwatch Docs

## torture-sinks: kill agent and servers at random, ten times in a million events for each sink with a server here
torture-sinks: setup setup-test
	$(SWIFT_BUILD) -c release --static-swift-stdlib --product guestwatch --enable-all-traits
	Tests/Torture/kills.py --agent .build/release/guestwatch $(KINDS)

## fuzz: fuzz every decoder for SECONDS (60) each
fuzz: setup
	@$(call install,$(TRAIT_PACKAGES))
	$(MAKE) -C Tests/Fuzzing

## torture: every torture there is, one after another
torture: torture-vcenter torture-crashes torture-sinks

## torture-vcenter: live SEEDS (10000) lives behind a hostile vCenter, and SIMULATORS (200) before vcsim; FIRST=n begins elsewhere, SEED=n repeats one
torture-vcenter: setup setup-test
	$(SWIFT_BUILD) --build-tests --enable-all-traits
	SEEDS=$(or $(SEEDS),10000) SIMULATORS=$(or $(SIMULATORS),200) \
	    swift test --skip-build --no-parallel --enable-all-traits --filter 'HostileVCenterTests|HostileSimulatorTests'

# The agent under load is the release build; the tests around it need not be.
LOAD_TEST := AGENT=$(CURDIR)/.build/release/guestwatch swift test --skip-build --no-parallel --enable-all-traits --filter

## load: the agent under the loads of Docs/Evidence.md, each in its long form
load: build setup-test
	$(SWIFT_BUILD) --build-tests --enable-all-traits
	CLIENTS=1000 EVENTS=2000 $(LOAD_TEST) StreamLoadTests
	SUBSCRIBERS=10000 EVENTS=500 $(LOAD_TEST) SubscriberLoadTests
	COLLECTORS=50 EVENTS=1000 $(LOAD_TEST) CollectorLoadTests
	EVENTS=1000000 $(LOAD_TEST) StormTests
	MACHINES=10000 $(LOAD_TEST) WeekTests

## soak: MINUTES (60) of steady load with mishaps; memory, descriptors and threads must stay flat
soak: build setup-test
	$(SWIFT_BUILD) --build-tests --enable-all-traits
	MINUTES=$(or $(MINUTES),60) $(LOAD_TEST) SoakTests

## torture-crashes: cut the agent's power (STATES=5000 states of the disk) and let disk and process fail in every way
torture-crashes: build
	Tests/crash/powercut.py --states $(or $(STATES),5000) --histories 250
	for fault in log database archive folders; do Tests/crash/powercut.py --states 40 --histories 4 --plant $$fault || exit 1; done
	Tests/crash/faults.py --rounds 20

## fixtures: check every fixture against its expected events
fixtures: build
	.build/release/guestwatch test Fixtures/*/*/

setup:
	@$(call install,$(PACKAGES))

setup-test:
	@$(call install,$(TEST_PACKAGES))
	@Tests/vcsim/build.sh "$(VCSIM)"
	@Tests/qemu/build.sh .build/qemu
	@Tests/otlp/install.sh .build/otlp
	@Tests/cloudevents/install.sh .build/cloudevents
	@Tests/apichecks/install.sh .build/apichecks
	@Benchmarks/peers.sh .build/peers || echo "rsyslog and syslog-ng are not there"

clean:
	rm -rf .build .guestwatch Benchmarks/.build

# Installs the Debian packages of a list that are missing; without any it needs neither root nor the network.
define install
missing=""; for package in $(1); do \
  dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  echo "installing$$missing"; \
  $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
fi
endef
