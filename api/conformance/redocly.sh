# Lints the contract that the hub serves with Redocly's recommended rules.
# npm: @redocly/cli@2.77.0
curl -fsS "$HUB/api/v1/openapi.json" -o "$CACHE/openapi.json"
printf 'extends: [recommended-strict]\ntelemetry: "off"\n' >"$CACHE/redocly.yaml"
REDOCLY_SUPPRESS_UPDATE_NOTICE=true "$MODULES/.bin/redocly" lint "$CACHE/openapi.json" --config "$CACHE/redocly.yaml" 2>&1 | grep -v '[║╔╚]'
exit "${PIPESTATUS[0]}"
