{{- define "hello.app" -}}
component: server
title: Hello
container:
  startupBudgetSeconds: {{ .Values.startSeconds }}
  drain: true
  ports:
    - name: http
      containerPort: {{ .Values.port }}
  env:
    NGINX_ENTRYPOINT_QUIET_LOGS: "1"
  probes:
    startup: {httpGet: {path: /, port: http}}
    liveness: {tcpSocket: {port: http}}
    readiness: {httpGet: {path: /, port: http}}
claims: [data]
scratch:
  - {name: tmp, mountPath: /tmp, size: 64Mi}
entrance: {port: http, timeoutSeconds: 60}
gatus:
  - {port: http, path: /, conditions: ["[STATUS] == 200"]}
test:
  command: [curl, --fail, {{ printf "http://%s:%d/" (include "ai-app.host" .) (int .Values.port) | quote }}]
{{- end }}
