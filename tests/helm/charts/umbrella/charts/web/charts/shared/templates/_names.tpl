{{- define "shared.name" -}}overridden by the parent{{- end }}
