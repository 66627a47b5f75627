{{/*
Names. Each of these takes the chart's own context, so that an app's description may use them.
*/}}

{{/* Name of the chart, as a label value. */}}
{{- define "ai-app.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Name of every object, short enough for the suffixes that are added to it. */}}
{{- define "ai-app.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- $name = .Values.fullnameOverride }}
{{- else if contains $name .Release.Name }}
{{- $name = .Release.Name }}
{{- else }}
{{- $name = printf "%s-%s" .Release.Name $name }}
{{- end }}
{{- $name | trunc 48 | trimSuffix "-" }}
{{- end }}

{{/* Host of the main Service, as seen from any namespace. */}}
{{- define "ai-app.host" -}}
{{- printf "%s.%s.svc" (include "ai-app.fullname" .) .Release.Namespace }}
{{- end }}

{{- define "ai-app.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "ai-app.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Claim of one row of `persistence`. Takes root and name. */}}
{{- define "ai-app.claimName" -}}
{{- default (printf "%s-%s" (include "ai-app.fullname" .root) .name) (index .root.Values.persistence .name).existingClaim }}
{{- end }}
