#!/usr/bin/env bash
# Installs OpenTelemetry's own protobuf package into a folder, once: decode.py reads with it what the otlp sink sends.
# Without the package index the tests that need it are skipped.
set -euo pipefail
folder=$1
if [ ! -e "$folder/.done" ]; then
    python3 -m venv "$folder" && "$folder/bin/pip" install --quiet --disable-pip-version-check \
        'opentelemetry-proto>=1.20,<2' && touch "$folder/.done" \
        || echo "opentelemetry-proto cannot be installed: the tests with it are skipped"
fi
