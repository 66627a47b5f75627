{{/* Names of the engines that are outside the cluster, one a line. */}}
{{- define "litellm.outside" -}}
{{- range $name, $engine := .Values.engines }}
{{- if include "ai-app.outsideUrl" $engine }}
{{ $name }}
{{- end }}
{{- end }}
{{- end }}

{{/* Rules of egress: engines in the cluster, database, Redis. */}}
{{- define "litellm.egress" -}}
{{- range .Values.engines }}
{{- if not (include "ai-app.outsideUrl" .) }}
{{ include "ai-app.egressToUrl" . }}
{{- end }}
{{- end }}
{{- if .Values.database.enabled }}
{{ include "ai-app.databaseEgress" . }}
{{- end }}
{{- if .Values.redis.enabled }}
{{ include "ai-app.redisEgress" . }}
{{- end }}
{{- end }}
