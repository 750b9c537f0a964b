#!/usr/bin/env bash
# Runs the validators of others on a hub with the repository's own sources: `run.sh` all of them, `run.sh rpde` that one.
# There is one script for each, NAME.mjs or NAME.sh. It finds the hub's address in HUB, the hub's program in BIN, its data folder in DATA, what npm
# has of the packages that its line "npm: NAME@VERSION …" names in MODULES, and a folder to keep things in in CACHE. It exits with 0 when all is well,
# with 75 when a registry of packages cannot be reached. What cannot be had for that reason is passed over and named at the end; what else is missing fails.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
export BIN=$PWD/bin/fritidshub
test -x "$BIN" || { echo "conformance: $BIN is missing; run make build first" >&2; exit 1; }
for program in node npm curl; do
	command -v "$program" >/dev/null || { echo "conformance: $program is missing (Debian: sudo apt-get install nodejs npm curl)" >&2; exit 1; }
done
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

# unreachable reads what npm or go said, passes the beginning on, and tells whether a registry did not answer.
unreachable() { tee >(head -n 4 >&2) | grep -cE 'ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|UNREACH|ENOTCACHED|dial tcp|no such host|i/o timeout|GOPROXY=off' >/dev/null; }
export -f unreachable

ran=0 failed='' passed_over='' offline=''
for script in "$here"/*.mjs "$here"/*.sh; do
	name=$(basename "${script%.*}")
	[[ $name != run && -e $script && ($# == 0 || " $* " == *" $name "*) ]] || continue
	export CACHE=$PWD/.cache/conformance/$name
	export MODULES=$CACHE/node_modules
	mkdir -p "$CACHE"
	read -ra packages < <(sed -n 's/^\(\/\/\|#\) npm: //p' "$script") || true
	if [[ ${#packages[@]} -gt 0 && $(cat "$CACHE/packages" 2>/dev/null) != "${packages[*]}" ]]; then
		if [[ $offline ]]; then
			passed_over="$passed_over $name"
			continue
		elif said=$(npm install --loglevel error --no-audit --no-fund --no-progress --ignore-scripts --no-save --fetch-retries 2 --fetch-retry-mintimeout 1000 --prefix "$CACHE" "${packages[@]}" 2>&1); then
			echo "${packages[*]}" >"$CACHE/packages"
		else
			if unreachable <<<"$said"; then offline=yes passed_over="$passed_over $name"; else failed="$failed $name"; fi
			continue
		fi
	fi
	echo "== $name"
	case $script in *.mjs) run=(node "$script") ;; *) run=(bash "$script") ;; esac
	status=0
	"${run[@]}" || status=$?
	case $status in 0) ran=$((ran + 1)) ;; 75) passed_over="$passed_over $name" ;; *) failed="$failed $name" ;; esac
done
test -z "$passed_over" || echo "conformance: passed over, since a registry of packages cannot be reached:$passed_over" >&2
echo "conformance: $ran validators found nothing wrong${failed:+, others did}"
test -z "$failed" || { echo "conformance: not well:$failed" >&2; exit 1; }
