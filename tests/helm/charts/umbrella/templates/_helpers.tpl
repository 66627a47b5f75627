{{/* Labels of everything in this chart. */}}
{{- define "umbrella.labels" -}}
{{ include "shared.labels" . }}
umbrella: {{ .Chart.Version | replace "+" "_" | quote }}
{{- end }}
