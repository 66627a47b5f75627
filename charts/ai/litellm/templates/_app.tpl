{{/* What runs: the gateway, described for the library (charts/library/ai-app/README.md). */}}
{{- define "litellm.app" -}}
component: gateway
title: LiteLLM
workload:
  kind: Deployment
  replicas: {{ .Values.replicas }}
  # Nothing is held by a pod: the new one stands beside the old one until it is ready.
  strategy: RollingUpdate
  annotations:
    {{- include "ai-app.afterMigration" . | nindent 4 }}
pod:
  annotations:
    checksum/config: {{ include "litellm.config" . | sha256sum }}
  labels:
    # What the network policy of the ollama chart lets in by default.
    ollama-client: "true"
  {{- if and (gt (int .Values.replicas) 1) .Values.topologySpread }}
  spec:
    {{- include "ai-app.topologySpread" (dict "root" . "component" "gateway") | nindent 4 }}
  {{- end }}
container:
  name: litellm
  command: [litellm]
  args:
    - --config
    - /etc/litellm/config.yaml
    - --host
    - 0.0.0.0
    - --port
    - {{ .Values.port | quote }}
    {{- if .Values.podMonitor.enabled }}
    - --prometheus_metrics_port
    - {{ .Values.metrics.port | quote }}
    {{- end }}
  env:
    {{- include "litellm.env" . | nindent 4 }}
  ports:
    - {name: http, containerPort: {{ .Values.port }}}
    {{- if .Values.podMonitor.enabled }}
    - {name: metrics, containerPort: {{ .Values.metrics.port }}}
    {{- end }}
  startupBudgetSeconds: {{ .Values.startSeconds }}
  drain: true
  probes:
    # The process serves. Not readiness: a database that is away at the start must not end in a loop of restarts.
    startup: {httpGet: {path: /health/liveliness, port: http}}
    # The process answers; asks neither database nor models. Never /health: that calls every model.
    liveness: {httpGet: {path: /health/liveliness, port: http}}
    # The database answers, if there is one: without it keys cannot be checked.
    readiness: {httpGet: {path: /health/readiness, port: http}}
  volumeMounts:
    - {name: config, mountPath: /etc/litellm, readOnly: true}
    {{- if not .Values.ui.enabled }}
    - {name: no-pages, mountPath: /etc/litellm-pages, readOnly: true}
    {{- end }}
scratch:
  - {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
volumes:
  - name: config
    configMap: {name: {{ include "litellm.configName" . }}, items: [{key: config.yaml, path: config.yaml}]}
  {{- if not .Values.ui.enabled }}
  - name: no-pages
    configMap: {name: {{ include "litellm.configName" . }}, items: [{key: pages, path: .litellm_ui_ready}]}
  {{- end }}
service:
  ports: [http]
entrance:
  port: http
  timeoutSeconds: {{ .Values.limits.timeoutSeconds }}
network:
  https: {{ not (empty (include "litellm.outside" .)) }}
  egress:
    {{- include "litellm.egress" . | nindent 4 }}
secrets:
  {{- if not .Values.auth.existingSecret }}
  - name: {{ include "litellm.keysSecret" . }}
    keys:
      - {secretKey: {{ .Values.auth.masterKeyEntry | quote }}, remote: {{ toJson .Values.externalSecret.masterKey }}}
      - {secretKey: {{ .Values.auth.saltKeyEntry | quote }}, remote: {{ toJson .Values.externalSecret.saltKey }}}
  {{- end }}
  {{- include "ai-app.databaseSecrets" . | trim | nindent 2 }}
  {{- include "ai-app.redisSecrets" . | trim | nindent 2 }}
gatus:
  - port: http
    path: /health/readiness
    conditions:
      - "[STATUS] == 200"
      - '[BODY].status == healthy'
  # A caller without a key must be refused.
  - port: http
    path: /v1/models
    suffix: no-key
    conditions:
      - "[STATUS] == 401"
metrics:
  port: metrics
  # Without the slash the process sends scrapers on to it.
  path: /metrics/
advice:
  memory: Raise resources.limits.memory; every parallel request holds its body and its answer.
  ready: Look at /health/readiness (the database) and at the Job that migrates, then at the log.
alerts:
  {{- include "litellm.alerts" . | nindent 2 }}
test:
  {{- include "litellm.test" . | nindent 2 }}
{{- end }}

{{/* The Job that makes and changes the tables. */}}
{{- define "litellm.migration" -}}
suffix: migrate
component: migration
workload:
  {{- include "ai-app.migrationWorkload" . | nindent 2 }}
pod:
  {{- include "ai-app.migrationPod" . | nindent 2 }}
container:
  name: migrate
  # Applies the migrations and ends; a lock in the database keeps two of them apart.
  command: [litellm]
  args: [--skip_server_startup]
  env:
    {{- include "litellm.processEnv" . | nindent 4 }}
    {{- include "litellm.databaseEnv" . | nindent 4 }}
    # The package's own directory cannot be written under a read-only root; this one is a copy.
    LITELLM_MIGRATION_DIR: /var/lib/litellm-migrations/work
    LITELLM_PRISMA_MIGRATE_DEPLOY_TIMEOUT: {{ .Values.migration.timeoutSeconds }}
  resources:
    {{- toYaml .Values.migration.resources | nindent 4 }}
scratch:
  - {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
  - {name: migrations, mountPath: /var/lib/litellm-migrations, size: {{ .Values.scratch.migrationsSize }}}
network:
  {{- include "ai-app.migrationNetwork" . | nindent 2 }}
{{- end }}
