{{/* Not empty when something outside the cluster has to be asked over HTTPS. */}}
{{- define "open-webui.outside" -}}
{{- $values := .Values }}
{{- include "ai-app.outsideUrl" $values.connections.gateway }}
{{- include "ai-app.outsideUrl" $values.connections.ollama }}
{{- if eq $values.storage.provider "s3" }}
{{- $s3 := $values.storage.s3 }}
{{- include "ai-app.outsideUrl" (dict "url" (default "https://s3" $s3.endpoint) "peers" $s3.peers) }}
{{- end }}
{{- if and $values.auth.oidc.enabled (not $values.auth.oidc.peers) }}
{{- print "oidc" }}
{{- end }}
{{- if or $values.features.webSearch (not $values.privacy.offline) }}
{{- print "web" }}
{{- end }}
{{- end }}

{{/* Rules of egress: connections in the cluster, files, provider of identities, database, Redis. */}}
{{- define "open-webui.egress" -}}
{{- $values := .Values }}
{{- $targets := list $values.connections.gateway $values.connections.ollama }}
{{- if and (eq $values.storage.provider "s3") $values.storage.s3.endpoint }}
{{- $s3 := $values.storage.s3 }}
{{- $targets = append $targets (dict "url" $s3.endpoint "podPort" $s3.podPort "peers" $s3.peers) }}
{{- end }}
{{- range $targets }}
{{- if and .url (not (include "ai-app.outsideUrl" .)) }}
{{ include "ai-app.egressToUrl" . }}
{{- end }}
{{- end }}
{{- with $values.auth.oidc }}
{{- if and .enabled .peers }}
{{ include "ai-app.egressTo" (dict "host" "" "port" .podPort "peers" .peers) }}
{{- end }}
{{- end }}
{{- if $values.database.enabled }}
{{ include "ai-app.databaseEgress" . }}
{{- end }}
{{- if $values.redis.enabled }}
{{ include "ai-app.redisEgress" . }}
{{- end }}
{{- end }}
