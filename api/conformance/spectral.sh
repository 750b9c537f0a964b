# Lints the contract that the hub serves with Spectral's rules for OpenAPI; a remark fails too.
# npm: @stoplight/spectral-cli@6.16.3
curl -fsS "$HUB/api/v1/openapi.json" -o "$CACHE/openapi.json"
echo 'extends: ["spectral:oas"]' >"$CACHE/rules.yaml"
"$MODULES/.bin/spectral" lint --fail-severity hint --ruleset "$CACHE/rules.yaml" "$CACHE/openapi.json"
