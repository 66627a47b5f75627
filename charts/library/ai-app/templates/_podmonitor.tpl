{{/*
Metrics. `metrics` of the description holds port (a name), path (default /metrics) and endpoint (further keys of a
PodMonitor's endpoint). The proxy's metrics are added where it runs.
A PodMonitor and no ServiceMonitor: metrics need no Service, and none is opened for them.
*/}}

{{/* Names of the ports with metrics, one a line; nothing while they are not scraped. Takes root and app. */}}
{{- define "ai-app.metricsPorts" -}}
{{- if .root.Values.podMonitor.enabled }}
{{- include "ai-app.describe" . }}
{{- with .described.metrics }}
{{ .port }}
{{- end }}
{{- if include "ai-app.proxiedHere" . }}
{{ print "proxy-metrics" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Takes root and app. */}}
{{- define "ai-app.podmonitor" -}}
{{- $monitor := .root.Values.podMonitor }}
{{- if $monitor.enabled }}
{{- include "ai-app.describe" . }}
{{- $metrics := .described.metrics }}
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
    {{- with $monitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "ai-app.selectorLabels" . | nindent 6 }}
  podMetricsEndpoints:
    {{- with $metrics }}
    - port: {{ .port }}
      path: {{ default "/metrics" .path }}
      interval: {{ $monitor.interval }}
      {{- with .endpoint }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- end }}
    {{- if include "ai-app.proxiedHere" . }}
    - port: proxy-metrics
      path: /metrics
      interval: {{ $monitor.interval }}
    {{- end }}
{{- end }}
{{- end }}
