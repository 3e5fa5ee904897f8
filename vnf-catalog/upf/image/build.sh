#!/bin/bash
# Builds the UPF's image: build.sh [--kernel cloud|full] [--refresh] OUTDIR. See ../../image/build-image.sh.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "$here/../../image/build-image.sh" "$here" "$@"
