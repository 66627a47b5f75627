{{- define "shared.name" -}}
{{- $suffix := .Values.nameSuffix | default "" -}}
{{- printf "%s-%s%s" .Release.Name .Chart.Name (ternary "" (printf "-%s" $suffix) (empty $suffix)) | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "shared.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- with .Values.global.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}
