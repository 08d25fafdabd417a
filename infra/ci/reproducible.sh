#!/usr/bin/env bash
# Builds the wheel twice, from two copies of the commit in different places, and wants the same bytes; leaves it in dist/.
#   bash infra/ci/reproducible.sh [PYTHON]    PYTHON has the package build
set -euo pipefail

checkout=$(cd "$(dirname "$0")/../.." && pwd)
python=${1:-python}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

SOURCE_DATE_EPOCH=$(git -C "$checkout" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
for copy in one another; do
  git -C "$checkout" archive --prefix="$copy/" HEAD | tar -x -C "$scratch"
  "$python" -m build --wheel --outdir "$scratch/$copy-dist" "$scratch/$copy" > "$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
done
cmp "$scratch"/one-dist/*.whl "$scratch"/another-dist/*.whl
mkdir -p "$checkout/dist"
cp "$scratch"/one-dist/*.whl "$checkout/dist"
sha256sum "$checkout"/dist/*.whl
