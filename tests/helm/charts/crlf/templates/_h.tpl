{{- define "h" -}}
first: 1
second: 2
{{- end }}
