#!/usr/bin/env bash
# Runs the validators of others on a hub with the repository's own sources: `run.sh` all of them, `run.sh rpde` that one.
# There is one script for each, NAME.mjs or NAME.sh. It finds the hub's address in HUB, the hub's program in BIN, its data folder in DATA, what npm
# has of the packages that its line "npm: NAME@VERSION …" names in MODULES, and a folder to keep things in in CACHE. It exits with 0 when all is well.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
export BIN=$PWD/bin/fritidshub
test -x "$BIN" || { echo "conformance: $BIN is missing; run make build first" >&2; exit 1; }
DATA=$(mktemp -d)
export DATA
hub=
trap 'test -z "$hub" || { kill "$hub"; wait "$hub" || true; }; rm -rf "$DATA"' EXIT
"$BIN" sync -data "$DATA" >"$DATA/sync.log" 2>&1 || true # a source that needs a network may fail
"$BIN" serve -data "$DATA" -listen 127.0.0.1:0 2>"$DATA/serve.log" &
hub=$!
for _ in $(seq 100); do
	HUB=$(sed -n 's/^fritidshub .*: \(http:.*\)$/\1/p' "$DATA/serve.log")
	test -n "$HUB" && curl -fso /dev/null "$HUB/readyz" && break
	sleep 0.2
done
test -n "$HUB" || { cat "$DATA/serve.log" >&2; exit 1; }
export HUB

failed=
for script in "$here"/*.mjs "$here"/*.sh; do
	name=$(basename "${script%.*}")
	[[ $name != run && -e $script && ($# == 0 || " $* " == *" $name "*) ]] || continue
	export CACHE=$PWD/.cache/conformance/$name
	export MODULES=$CACHE/node_modules
	mkdir -p "$CACHE"
	read -ra packages < <(sed -n 's/^\(\/\/\|#\) npm: //p' "$script") || true
	if [[ ${#packages[@]} -gt 0 && $(cat "$CACHE/packages" 2>/dev/null) != "${packages[*]}" ]]; then
		npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix "$CACHE" "${packages[@]}"
		echo "${packages[*]}" >"$CACHE/packages"
	fi
	echo "== $name"
	case $script in *.mjs) run=(node "$script") ;; *) run=(bash "$script") ;; esac
	"${run[@]}" || failed="$failed $name"
done
test -z "$failed" || { echo "conformance: not well:$failed" >&2; exit 1; }
