{{/* What the proxy does: its script and its configuration. Takes root and app. */}}
{{- define "ai-app.proxyConfig" -}}
{{- $root := .root }}
{{- if include "ai-app.proxiedHere" . }}
{{- $proxy := $root.Values.proxy }}
{{- include "ai-app.describe" . }}
{{- $described := .described.proxy }}
{{- $bind := default "0.0.0.0" $described.bindAddress }}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "ai-app.metadata" (merge (dict "name" (include "ai-app.proxyName" $root)) .) | nindent 2 }}
data:
  proxy.sh: |
    {{- include "ai-app.proxyScript" $root | nindent 4 }}
  haproxy.cfg: |
    global
        log stdout format raw local0
        maxconn {{ $proxy.limits.connections }}
        nbthread {{ $proxy.threads }}
        # After a reload the old process finishes its answers, but not for ever.
        hard-stop-after {{ $proxy.timeoutSeconds }}s

    defaults
        mode http
        option http-no-delay
        timeout connect 5s
        timeout http-request 30s
        timeout http-keep-alive 10s
        timeout queue {{ $proxy.limits.queueSeconds }}s
        timeout client {{ $proxy.timeoutSeconds }}s
        timeout server {{ $proxy.timeoutSeconds }}s

    frontend api
        bind {{ $bind }}:{{ $proxy.port }}
        # Neither address, nor token, nor query: when, what, how it ended and how long it took.
        log global
        log-format "%T %HM %HPO %ST %ts wait=%Tw ms=%Ta bytes=%B"
        # For the kubelet: the proxy is alive; the engine behind it answers.
        http-request return status 200 content-type text/plain string "alive" if { path /healthz }
        http-request return status 200 content-type text/plain string "ready" if { path /readyz } { nbsrv(app) ge 1 }
        http-request return status 503 content-type text/plain string "app does not answer" if { path /readyz }
        # "Authorization: Bearer" for most clients, "x-api-key" for those that speak the Anthropic dialect.
        # The tokens are read as data; an empty file matches nothing, a missing one stops the proxy.
        http-request set-var(txn.token) http_auth_bearer
        http-request set-var(txn.token) req.hdr(x-api-key) unless { var(txn.token) -m found }
        http-request return status 401 content-type application/json string "{\"error\":\"a valid token is required\"}" hdr WWW-Authenticate Bearer unless { var(txn.token) -m str -f /etc/proxy-token/token }
        # Inference and reading only.
        acl allowed path{{ range $proxy.allowedPaths.exact }} {{ . }}{{ end }}
        {{- with $proxy.allowedPaths.prefix }}
        acl allowed path_beg{{ range . }} {{ . }}{{ end }}
        {{- end }}
        http-request return status 403 content-type application/json string "{\"error\":\"not available through this address\"}" unless allowed
        http-request return status 413 content-type application/json string "{\"error\":\"request too large\"}" if { req.hdr_val(content-length) gt {{ mul $proxy.limits.bodyMiB 1048576 }} }
        # Counted for each token, wherever the caller sits.
        stick-table type string len 256 size 1k expire 2m store http_req_rate(60s)
        http-request track-sc0 var(txn.token)
        http-request return status 429 content-type application/json string "{\"error\":\"too many requests\"}" hdr Retry-After 60 if { sc_http_req_rate(0) gt {{ $proxy.limits.requestsPerMinute }} }
        http-request del-header Authorization
        http-request del-header x-api-key
        default_backend app

    backend app
        option httpchk GET {{ $described.path }}
        http-check expect status 200
        server app 127.0.0.1:{{ include "ai-app.portNumber" (dict "root" $root "app" .app "described" .described "port" $described.port) }} check inter 5s fall 3 rise 1 maxconn {{ $proxy.limits.concurrentRequests }}
    {{- if $root.Values.podMonitor.enabled }}

    frontend metrics
        bind {{ $bind }}:{{ $proxy.metricsPort }}
        http-request use-service prometheus-exporter if { path /metrics }
        http-request return status 404
    {{- end }}
{{- end }}
{{- end }}
