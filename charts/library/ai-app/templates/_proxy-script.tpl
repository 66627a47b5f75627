{{/* Run by /bin/sh of the proxy's image. */}}
{{- define "ai-app.proxyScript" -}}
#!/bin/sh
# Starts the proxy, and reloads it when the token or the configuration changes: the app beside it, with a
# model in memory, does not have to restart for either.
set -eu

config=${PROXY_CONFIG:-/etc/proxy/haproxy.cfg}
tokens=${PROXY_TOKENS:-/etc/proxy-token/token}
interval=${PROXY_RELOAD_SECONDS:-15}

# At least one line; each non-empty line a token of 32 or more characters that need no quoting anywhere.
usable() {
  grep -Eq '^[A-Za-z0-9._~+/=-]{32,}$' "$tokens" && ! grep -Evq '^([A-Za-z0-9._~+/=-]{32,})?$' "$tokens"
}

fingerprint() { cat "$config" "$tokens" 2>/dev/null | cksum; }

if ! usable; then
  echo "proxy: $tokens must hold one token a line, 32 or more of A-Z a-z 0-9 . _ ~ + / = -; nothing is served" >&2
  exit 1
fi
haproxy -c -f "$config"

# The shell stays in front: the proxy waits for every child of its own before it ends, so the loop below must
# not be one of them.
haproxy -W -db -f "$config" &
master=$!
stopping=""
# USR1 is what the image asks for as a stop signal: running answers end first.
trap 'stopping=1; kill -USR1 "$master"' USR1
trap 'stopping=1; kill -TERM "$master"' TERM INT

seen=$(fingerprint)
while [ -z "$stopping" ] && kill -0 "$master" 2>/dev/null; do
  sleep "$interval" &
  wait $! || true
  now=$(fingerprint)
  if [ -n "$stopping" ] || [ "$now" = "$seen" ]; then
    continue
  fi
  seen=$now
  # A token file that became unusable is loaded all the same: fewer tokens match, or none.
  usable || echo "proxy: $tokens is not usable as it is; tokens it no longer holds are refused from now on" >&2
  if haproxy -c -f "$config" >/dev/null; then
    echo "proxy: configuration or token changed, reloading"
    kill -USR2 "$master"
  else
    echo "proxy: the new configuration is refused; the old one stays" >&2
  fi
done

# A signal ends a wait early; the second one gets the proxy's own status.
wait "$master" || wait "$master" || exit $?
{{- end }}
