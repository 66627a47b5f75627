{{- define "origins.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Values.name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "origins.labels" -}}
app: {{ include "origins.fullname" . }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "origins.image" -}}
{{- $preset := get .Values.gpu.presets .Values.gpu.vendor | default dict -}}
{{- $tag := .Values.image.tag | default "latest" -}}
{{- if .Values.gpu.enabled -}}
{{- $tag = printf "%s-%s" $tag $preset.tag -}}
{{- end -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ $tag }}
{{- end -}}
{{- end }}

{{- define "origins.resources" -}}
{{- $resources := deepCopy .Values.resources -}}
{{- if .Values.gpu.enabled -}}
{{- $preset := get .Values.gpu.presets .Values.gpu.vendor | default dict -}}
{{- $_ := set $resources.limits (default "none" $preset.resource) .Values.gpu.count -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end }}
