{{/* kubernetes or openshift. Takes the chart's own context. */}}
{{- define "ai-app.platform" -}}
{{- if ne .Values.platform "auto" }}
{{- .Values.platform }}
{{- else if .Capabilities.APIVersions.Has "route.openshift.io/v1" }}
{{- print "openshift" }}
{{- else }}
{{- print "kubernetes" }}
{{- end }}
{{- end }}

{{/* What this platform does differently: a row of `platforms`. Takes the chart's own context. */}}
{{- define "ai-app.platformRow" -}}
{{- toYaml (index .Values.platforms (include "ai-app.platform" .)) }}
{{- end }}
