# Compares the contract that the hub serves with that of the last release: what would break a client fails.
version=v1.35.0
if ! test -x "$CACHE/oasdiff-$version"; then
	said=$(GOBIN=$CACHE go install "github.com/oasdiff/oasdiff@$version" 2>&1) || { unreachable <<<"$said" && exit 75; exit 1; }
	mv "$CACHE/oasdiff" "$CACHE/oasdiff-$version"
fi
curl -fsS "$HUB/api/v1/openapi.json" -o "$CACHE/openapi.json"
"$CACHE/oasdiff-$version" breaking --fail-on ERR api/openapi/released/v1.json "$CACHE/openapi.json"
