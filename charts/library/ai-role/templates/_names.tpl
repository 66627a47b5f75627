{{/* Name of the ApplicationSet and of its project. */}}
{{- define "ai-role.name" -}}
{{ .Values.cluster }}-ai
{{- end -}}

{{/* Labels of every object of a role. */}}
{{- define "ai-role.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: {{ include "ai-role.name" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* Labels of every namespace of the stack, besides pod security. */}}
{{- define "ai-role.namespaceLabels" -}}
app.kubernetes.io/part-of: {{ include "ai-role.name" . }}
{{- range $key, $value := .Values.namespaces.labels }}
{{ $key }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* Namespaces that apps are installed into, sorted, each once, as a YAML list. */}}
{{- define "ai-role.namespaces" -}}
{{- $all := list -}}
{{- range $name, $app := .Values.apps -}}
{{- if $app.enabled -}}
{{- $all = append $all (default $name $app.namespace) -}}
{{- end -}}
{{- end -}}
{{- $all | uniq | sortAlpha | toYaml -}}
{{- end -}}
