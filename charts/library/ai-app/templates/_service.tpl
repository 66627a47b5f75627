{{/*
The Service in front of the pods. `service` of the description holds
  ports     names of the container's ports that it offers; default all of them
  headless  true for a Service that only gives pods their names
Its type is service.type of the values where the description has an entrance and the chart no proxy; anything else is
reachable inside the cluster only.
Takes root and app.
*/}}
{{- define "ai-app.service" -}}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $service := default dict $app.service }}
{{- $values := .root.Values.service }}
apiVersion: v1
kind: Service
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
  {{- with $values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ if and $app.entrance (not .root.Values.proxy) }}{{ $values.type }}{{ else }}ClusterIP{{ end }}
  {{- if $service.headless }}
  clusterIP: None
  publishNotReadyAddresses: true
  {{- end }}
  selector:
    {{- include "ai-app.selectorLabels" . | nindent 4 }}
  ports:
    {{- range $app.container.ports }}
    {{- if or (not $service.ports) (has .name $service.ports) }}
    - name: {{ .name }}
      port: {{ .containerPort }}
      targetPort: {{ .name }}
      protocol: {{ default "TCP" .protocol }}
    {{- end }}
    {{- end }}
{{- end }}

{{/* Names of the ports that the Service offers, one a line. Takes root and app. */}}
{{- define "ai-app.servicePorts" -}}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $names := (default dict $app.service).ports }}
{{- range $app.container.ports }}
{{- if or (not $names) (has .name $names) }}
{{ .name }}
{{- end }}
{{- end }}
{{- end }}

{{/* Number of one of the container's ports. Takes root, app and port, its name. */}}
{{- define "ai-app.portNumber" -}}
{{- $found := "" }}
{{- include "ai-app.describe" . }}
{{- range .described.container.ports }}
{{- if eq .name $.port }}
{{- $found = .containerPort | toString }}
{{- end }}
{{- end }}
{{- if not $found }}
{{- fail (printf "template %q names the port %q, which its container does not have" .app .port) }}
{{- end }}
{{- $found }}
{{- end }}
