{{/* The server: several replicas that share a database. */}}
{{- define "several.server" -}}
component: server
title: Several
workload: {kind: Deployment, replicas: {{ .Values.replicas }}, strategy: RollingUpdate}
container:
  startupBudgetSeconds: 60
  ports:
    - {name: http, containerPort: 4000}
    - {name: metrics, containerPort: 4001}
  env:
    {{- include "several.database" . | nindent 4 }}
  probes:
    startup: {httpGet: {path: /ready, port: http}}
    liveness: {httpGet: {path: /live, port: http}}
    readiness: {httpGet: {path: /ready, port: http}}
scratch:
  - {name: tmp, mountPath: /tmp, size: 64Mi}
service: {ports: [http]}
entrance: {port: http, timeoutSeconds: 600, tunnelTimeoutSeconds: 3600}
metrics: {port: metrics}
network:
  egress:
    - to: [{podSelector: {matchLabels: {app: db}}}]
      ports: [{port: 5432, protocol: TCP}]
secrets:
  - name: {{ .Values.database.secretName }}
    keys:
      - {secretKey: password, remote: {{ toJson .Values.externalSecret.database }}}
gatus:
  - {port: http, path: /live, conditions: ["[STATUS] == 200"]}
test:
  command: [curl, --fail, {{ printf "http://%s:4000/live" (include "ai-app.host" .) | quote }}]
{{- end }}

{{/* The Job that changes the database's tables before the servers of a new version start. */}}
{{- define "several.migrate" -}}
component: migrate
suffix: migrate
workload:
  kind: Job
  annotations:
    helm.sh/hook: pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
  spec: {backoffLimit: 3, activeDeadlineSeconds: 600}
pod: {restartPolicy: Never}
container:
  name: migrate
  command: [migrate]
  env:
    {{- include "several.database" . | nindent 4 }}
network:
  egress:
    - to: [{podSelector: {matchLabels: {app: db}}}]
      ports: [{port: 5432, protocol: TCP}]
{{- end }}

{{/* A worker with a name and a volume of its own. */}}
{{- define "several.worker" -}}
component: worker
suffix: worker
workload: {kind: StatefulSet, replicas: 1}
container:
  name: worker
  ports:
    - {name: peer, containerPort: 5000}
claims: [data]
service: {headless: true}
network:
  ingress:
    - from: [{podSelector: {matchLabels: {app: several-peer}}}]
      ports: [{port: peer, protocol: TCP}]
{{- end }}

{{- define "several.database" -}}
DB_PASSWORD: {secretKeyRef: {name: {{ .Values.database.secretName | quote }}, key: password}}
DATABASE_URL: postgresql://app:$(DB_PASSWORD)@{{ .Values.database.host }}:5432/app
{{- end }}
