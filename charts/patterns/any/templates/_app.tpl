{{/* What runs. */}}
{{- define "any.app" -}}
{{- $app := .Values.app -}}
component: app
workload:
  replicas: {{ .Values.replicas }}
  # The old pod holds the volume, and the device.
  strategy: Recreate
container:
  startupBudgetSeconds: {{ $app.startSeconds }}
  drain: true
  {{- with $app.command }}
  command: {{ toJson . }}
  {{- end }}
  {{- with $app.args }}
  args: {{ toJson . }}
  {{- end }}
  env:
    HOME: /tmp
    DO_NOT_TRACK: "1"
    HF_HUB_DISABLE_TELEMETRY: "1"
  ports:
    - {name: http, containerPort: {{ $app.port }}}
  probes:
    startup: {httpGet: {path: {{ $app.healthPath | quote }}, port: http}}
    liveness: {tcpSocket: {port: http}}
    readiness: {httpGet: {path: {{ $app.healthPath | quote }}, port: http}}
claims: [data]
scratch: {{ toJson .Values.scratch }}
entrance: {port: http, timeoutSeconds: {{ $app.requestSeconds }}}
{{- with $app.metricsPath }}
metrics: {port: http, path: {{ . | quote }}}
{{- end }}
gatus:
  - {port: http, path: {{ $app.healthPath | quote }}, conditions: ["[STATUS] == 200"]}
test:
  command: [curl, --fail, --silent, --show-error, --max-time, "20", {{ printf "http://%s:%d%s" (include "ai-app.host" .) (int $app.port) $app.healthPath | quote }}]
{{- end }}
