{{/* Names of the engines that are outside the cluster, one a line: those that are asked over https by a public name. */}}
{{- define "litellm.outside" -}}
{{- range $name, $engine := .Values.engines }}
{{- $url := urlParse $engine.url }}
{{- if and (eq $url.scheme "https") (not (contains ".svc" $url.host)) (not $engine.peers) }}
{{ $name }}
{{- end }}
{{- end }}
{{- end }}

{{/* Rules of egress: engines in the cluster, database, Redis. */}}
{{- define "litellm.egress" -}}
{{- $outside := include "litellm.outside" . | splitList "\n" }}
{{- range $name, $engine := .Values.engines }}
{{- if not (has $name $outside) }}
{{- $url := urlParse $engine.url }}
{{- $port := last (splitList ":" $url.host) }}
{{- if not (contains ":" $url.host) }}
{{- $port = eq $url.scheme "https" | ternary "443" "80" }}
{{- end }}
{{ include "ai-app.egressTo" (dict "host" $url.host "port" (default $port $engine.podPort) "peers" $engine.peers) }}
{{- end }}
{{- end }}
{{- if .Values.database.enabled }}
{{ include "ai-app.databaseEgress" . }}
{{- end }}
{{- if .Values.redis.enabled }}
{{ include "ai-app.redisEgress" . }}
{{- end }}
{{- end }}
