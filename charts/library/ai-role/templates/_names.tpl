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

{{/* Namespaces that the role makes itself, because it puts something into them, as a YAML list. */}}
{{- define "ai-role.ownNamespaces" -}}
{{- $all := list -}}
{{- $kueue := default dict .Values.kueue -}}
{{- if $kueue.enabled -}}
{{- range $kueue.localQueues -}}
{{- $all = append $all .namespace -}}
{{- end -}}
{{- end -}}
{{- $all | uniq | sortAlpha | toYaml -}}
{{- end -}}

{{/* Level of pod security of a namespace: that of the app in it. Gets `root` and `namespace`. */}}
{{- define "ai-role.podSecurity" -}}
{{- $level := "restricted" -}}
{{- range $name, $app := .root.Values.apps -}}
{{- if and $app.enabled (eq $.namespace (default $name $app.namespace)) -}}
{{- $level = default $level $app.podSecurity -}}
{{- end -}}
{{- end -}}
{{- $level -}}
{{- end -}}
