#!/bin/sh
# Installs Schemathesis and Prometheus' own parser for Python into the folder named first. Without the network their tests
# are skipped.
set -eu
if ! [ -x "$1/bin/python" ] || ! "$1/bin/python" -c 'import schemathesis, prometheus_client' 2> /dev/null; then
  rm -rf "$1"
  if python3 -m venv "$1" && "$1/bin/python" -m pip install --quiet --disable-pip-version-check \
    'schemathesis>=4,<5' 'prometheus_client>=0.20,<1'; then
    exit 0
  fi
  rm -rf "$1"
  echo "no Schemathesis: tests of the API by its description are skipped"
fi
