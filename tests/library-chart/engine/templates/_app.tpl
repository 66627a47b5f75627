{{- define "engine.app" -}}
component: engine
title: Engine
workload: {kind: Deployment, replicas: 1}
pod:
  annotations: {example.com/why: test}
container:
  startupBudgetSeconds: {{ .Values.startSeconds }}
  drain: true
  args:
    - --port
    - {{ .Values.port | quote }}
    {{- if .Values.models }}
    - --model
    - {{ include "ai-app.modelPath" . }}/{{ (index (index .Values.models 0).files 0).path }}
    {{- end }}
  ports:
    - {name: http, containerPort: {{ .Values.port }}}
  env:
    SECRET: {secretKeyRef: {name: other, key: key}}
    ADDRESS: http://$(SECRET)@db
  probes:
    startup: {httpGet: {path: /health, port: http}}
    liveness: {tcpSocket: {port: http}}
    readiness: {httpGet: {path: /health, port: http}}
claims: [models, data]
scratch:
  - {name: tmp, mountPath: /tmp, size: 64Mi}
initContainers:
  - name: look
    command: ["true"]
    gpu: true
    env: {LEVEL: "1"}
    resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 16Mi}}
proxy: {port: http, path: /health}
metrics: {port: http}
secrets:
  - name: other
    keys:
      - {secretKey: key, remote: {{ toJson .Values.externalSecret.other }}}
gatus:
  - {port: http, path: /health, conditions: ["[STATUS] == 200"]}
  - {port: http, path: /v1/models, conditions: ["[STATUS] == 200"], suffix: models}
test:
  command: [curl, --fail, {{ printf "http://%s:%d/" (include "ai-app.host" .) (int .Values.port) | quote }}]
{{- end }}
