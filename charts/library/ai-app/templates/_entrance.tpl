{{/*
The way in from outside the cluster. Route, Ingress and HTTPRoute lead to the same place: to the proxy where the
chart has one, else to the port that `entrance` of the description names:
  port                  name of a port of the Service
  timeoutSeconds        longest silence of a connection; every hop gets the same figure, because the shortest wins
  tunnelTimeoutSeconds  the same for a connection that became a websocket; default timeoutSeconds
*/}}

{{/* "true" when something outside the cluster can reach the pod. Takes the chart's own context. */}}
{{- define "ai-app.exposed" -}}
{{- $values := .Values }}
{{- $type := $values.service.type }}
{{- with $values.proxy }}
{{- $type = .service.type }}
{{- end }}
{{- if or $values.route.enabled $values.ingress.enabled $values.httpRoute.enabled (ne (default "ClusterIP" $type) "ClusterIP") }}
{{- print "true" }}
{{- end }}
{{- end }}

{{/* service, port, number, timeoutSeconds and tunnelTimeoutSeconds of the entrance. Takes root and app. */}}
{{- define "ai-app.entrance" -}}
{{- $values := .root.Values }}
{{- if include "ai-app.proxiedHere" . }}
service: {{ include "ai-app.proxyName" .root }}
port: proxy
number: {{ $values.proxy.port }}
timeoutSeconds: {{ $values.proxy.timeoutSeconds }}
tunnelTimeoutSeconds: {{ $values.proxy.timeoutSeconds }}
{{- else }}
{{- include "ai-app.describe" . }}
{{- $entrance := .described.entrance }}
{{- if not $entrance }}
{{- fail "route, ingress or httpRoute is enabled, and this chart has nothing that may be reached from outside." }}
{{- end }}
service: {{ include "ai-app.objectName" . }}
port: {{ $entrance.port }}
number: {{ include "ai-app.portNumber" (dict "root" .root "app" .app "described" .described "port" $entrance.port) }}
timeoutSeconds: {{ $entrance.timeoutSeconds }}
tunnelTimeoutSeconds: {{ default $entrance.timeoutSeconds $entrance.tunnelTimeoutSeconds }}
{{- end }}
{{- end }}
