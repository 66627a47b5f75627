{{/* OpenShift Route to the entrance. Takes root and app. */}}
{{- define "ai-app.route" -}}
{{- $route := .root.Values.route }}
{{- if $route.enabled }}
{{- $entrance := include "ai-app.entrance" . | fromYaml }}
apiVersion: route.openshift.io/v1
kind: Route
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
  annotations:
    # The router's own 30 s would cut off a slow answer.
    haproxy.router.openshift.io/timeout: {{ $entrance.timeoutSeconds }}s
    {{- if ne (int $entrance.tunnelTimeoutSeconds) (int $entrance.timeoutSeconds) }}
    haproxy.router.openshift.io/timeout-tunnel: {{ $entrance.tunnelTimeoutSeconds }}s
    {{- end }}
    {{- with $route.rateLimit }}
    {{- if .enabled }}
    # The sub-keys do nothing without the first line.
    haproxy.router.openshift.io/rate-limit-connections: "true"
    haproxy.router.openshift.io/rate-limit-connections.concurrent-tcp: {{ .concurrentConnections | quote }}
    haproxy.router.openshift.io/rate-limit-connections.rate-http: {{ .requests | quote }}
    {{- end }}
    {{- end }}
    {{- with $route.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- with $route.host }}
  host: {{ . | quote }}
  {{- end }}
  to:
    kind: Service
    name: {{ $entrance.service }}
    weight: 100
  port:
    targetPort: {{ $entrance.port }}
  tls:
    termination: {{ $route.tls.termination }}
    insecureEdgeTerminationPolicy: {{ $route.tls.insecureEdgeTerminationPolicy }}
    {{- with $route.tls.externalCertificate }}
    externalCertificate:
      name: {{ . | quote }}
    {{- end }}
  wildcardPolicy: None
{{- end }}
{{- end }}
