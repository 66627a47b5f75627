{{/*
Redis, or what speaks its protocol (Valkey), group `redis` of the values; an operator or a person runs it.
*/}}

{{/* Name of the Secret with its password. Takes the chart's own context. */}}
{{- define "ai-app.redisSecret" -}}
{{- default (printf "%s-redis" (include "ai-app.fullname" .)) .Values.redis.existingSecret }}
{{- end }}

{{/*
The password, and the user where there is one, as environment in the form of ai-app.env. Takes root, and the names
password and username of the variables that the app reads.
*/}}
{{- define "ai-app.redisEnv" -}}
{{- $redis := .root.Values.redis }}
{{- if $redis.auth }}
{{- $secret := include "ai-app.redisSecret" .root }}
{{ .password }}: {secretKeyRef: {name: {{ $secret | quote }}, key: {{ $redis.keys.password | quote }}}}
{{- with $redis.keys.username }}
{{ $.username }}: {secretKeyRef: {name: {{ $secret | quote }}, key: {{ . | quote }}}}
{{- end }}
{{- end }}
{{- end }}

{{/* Entry of `secrets` of a description. Takes the chart's own context. */}}
{{- define "ai-app.redisSecrets" -}}
{{- if and .Values.redis.enabled .Values.redis.auth (not .Values.redis.existingSecret) }}
- name: {{ include "ai-app.redisSecret" . }}
  keys:
    - {secretKey: {{ .Values.redis.keys.password | quote }}, remote: {{ toJson .Values.externalSecret.redis.password }}}
{{- end }}
{{- end }}

{{/* Rule of egress to it. Takes the chart's own context. */}}
{{- define "ai-app.redisEgress" -}}
{{- $redis := .Values.redis }}
{{- include "ai-app.egressTo" (dict "host" $redis.host "port" $redis.podPort "peers" $redis.peers) }}
{{- end }}

{{/* Takes the chart's own context. */}}
{{- define "ai-app.validateRedis" -}}
{{- $redis := .Values.redis }}
{{- if and $redis.enabled (not $redis.host) }}
{{- fail "redis.enabled is true and redis.host is empty: name the Service of Redis, for example redis.redis.svc." }}
{{- end }}
{{- if and $redis.enabled $redis.auth .Values.externalSecret.enabled (not $redis.existingSecret) (not .Values.externalSecret.redis.password.key) }}
{{- fail "redis.auth is true and nothing says where the password comes from. Set redis.existingSecret or externalSecret.redis.password.key, or redis.auth to false for a Redis without one." }}
{{- end }}
{{- end }}
