#!/usr/bin/env bash
# Builds the wheel twice, from two copies of the commit in different places, and wants the same bytes; leaves it in OUT, or dist/.
#   bash infra/ci/reproducible.sh [PYTHON [OUT]]    PYTHON has the package build
set -euo pipefail

checkout=$(cd "$(dirname "$0")/../.." && pwd)
python=${1:-python}
out=${2:-$checkout/dist}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

SOURCE_DATE_EPOCH=$(git -C "$checkout" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
for copy in one another; do
  git -C "$checkout" archive --prefix="$copy/" HEAD | tar -x -C "$scratch"
  "$python" -m build --wheel --outdir "$scratch/$copy-dist" "$scratch/$copy" > "$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
done
cmp "$scratch"/one-dist/*.whl "$scratch"/another-dist/*.whl
mkdir -p "$out"
cp "$scratch"/one-dist/*.whl "$out"
sha256sum "$out"/*.whl
