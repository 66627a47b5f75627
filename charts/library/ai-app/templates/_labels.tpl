{{/*
Labels. `objectName` and `labels` take root and app; app is the name of the description.
*/}}

{{/* Name of what a description describes: the full name, with the description's suffix if it has one. */}}
{{- define "ai-app.objectName" -}}
{{- include "ai-app.describe" . }}
{{- $suffix := .described.suffix }}
{{- include "ai-app.fullname" .root }}{{ with $suffix }}-{{ . }}{{ end }}
{{- end }}

{{/* Labels that select the pods. The component keeps apart what one release runs. */}}
{{- define "ai-app.selectorLabels" -}}
{{- include "ai-app.describe" . -}}
app.kubernetes.io/name: {{ include "ai-app.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .described.component }}
{{- end }}

{{/* Labels of the pod that `helm test` runs; no Service selects them. Takes the chart's own context. */}}
{{- define "ai-app.testLabels" -}}
app.kubernetes.io/name: {{ include "ai-app.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end }}

{{/* Labels of what belongs to the chart, whatever it is. Takes the chart's own context. */}}
{{- define "ai-app.chartLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels of objects. */}}
{{- define "ai-app.labels" -}}
{{ include "ai-app.chartLabels" .root }}
{{ include "ai-app.selectorLabels" . }}
{{- end }}

{{/*
The metadata of an object, without annotations. Takes root, app and, where it is not the described object itself,
the object's name.
*/}}
{{- define "ai-app.metadata" -}}
name: {{ default (include "ai-app.objectName" .) .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "ai-app.labels" . | nindent 2 }}
{{- end }}
