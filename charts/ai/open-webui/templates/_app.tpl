{{/* What runs: the web interface, described for the library (charts/library/ai-app/README.md). */}}
{{- define "open-webui.app" -}}
{{- $several := gt (int .Values.replicas) 1 }}
component: web
title: Open WebUI
workload:
  kind: Deployment
  replicas: {{ .Values.replicas }}
  # One pod owns its SQLite file and its volume; several share a database and can stand beside each other.
  strategy: {{ $several | ternary "RollingUpdate" "Recreate" }}
  annotations:
    {{- include "ai-app.afterMigration" . | nindent 4 }}
pod:
  labels:
    # What the network policies of the litellm and ollama charts let in by default.
    litellm-client: "true"
    ollama-client: "true"
  {{- if and $several .Values.topologySpread }}
  spec:
    {{- include "ai-app.topologySpread" (dict "root" . "component" "web") | nindent 4 }}
  {{- end }}
container:
  name: open-webui
  # What start.sh of the image ends in. Nothing before it applies: the key comes from a Secret, no browser is installed.
  workingDir: /app/backend
  command: [python, -m, uvicorn, "open_webui.main:app"]
  args:
    - --host
    - 0.0.0.0
    - --port
    - {{ .Values.port | quote }}
    # Only routers and named callers reach the port, so what they say about the client can be believed.
    - --forwarded-allow-ips
    - "*"
    - --workers
    - "1"
    # Answers and websockets that are still open are ended in time for everything else to be put away.
    - --timeout-graceful-shutdown
    - {{ sub .Values.shutdown.gracePeriodSeconds (add .Values.shutdown.drainSeconds 15) | max 5 | quote }}
    {{- if not .Values.logging.access }}
    - --no-access-log
    {{- end }}
  env:
    {{- include "open-webui.env" . | nindent 4 }}
  ports:
    - {name: http, containerPort: {{ .Values.port }}}
  startupBudgetSeconds: {{ .Values.startSeconds }}
  drain: true
  probes:
    # The server listens, which it does when migrations and preparations are over.
    startup: {httpGet: {path: /health, port: http}}
    # The process answers; asks nobody else.
    liveness: {httpGet: {path: /health, port: http}}
    # Database and Redis answer.
    readiness: {httpGet: {path: /ready, port: http}}
claims: [data]
scratch:
  {{- include "open-webui.scratch" . | nindent 2 }}
entrance:
  port: http
  timeoutSeconds: {{ .Values.entrance.timeoutSeconds }}
  tunnelTimeoutSeconds: {{ .Values.entrance.tunnelSeconds }}
network:
  https: {{ not (empty (include "open-webui.outside" .)) }}
  egress:
    {{- include "open-webui.egress" . | nindent 4 }}
secrets:
  {{- include "open-webui.secrets" . | nindent 2 }}
gatus:
  - port: http
    path: /ready
    conditions:
      - "[STATUS] == 200"
      - '[BODY].status == true'
  # A visitor who has not signed in must get nothing.
  - port: http
    path: /api/models
    suffix: no-session
    conditions:
      - "[STATUS] == 401"
advice:
  memory: Raise resources.limits.memory, or let another service embed (embedding.engine).
  ready: Look at /ready (database, Redis), then at the log; the first start migrates.
  volume: Delete chats and files in the interface, or raise persistence.data.size if the class allows it.
test:
  {{- include "open-webui.test" . | nindent 2 }}
{{- end }}

{{/* The Job that changes the tables where several pods would do it at once. */}}
{{- define "open-webui.migration" -}}
suffix: migrate
component: migration
workload:
  {{- include "ai-app.migrationWorkload" . | nindent 2 }}
pod:
  {{- include "ai-app.migrationPod" . | nindent 2 }}
container:
  name: migrate
  workingDir: /app/backend
  # Reading the configuration migrates, and that is all that is wanted. A session key is asked for and signs nothing.
  command: [sh, -c]
  args:
    - 'WEBUI_SECRET_KEY="$(head -c 32 /dev/urandom | base64)" exec python -c "import open_webui.config"'
  env:
    {{- include "open-webui.processEnv" . | nindent 4 }}
    {{- include "open-webui.databaseEnv" . | nindent 4 }}
    ENABLE_DB_MIGRATIONS: "True"
    DATA_DIR: /tmp/data
  resources:
    {{- toYaml .Values.migration.resources | nindent 4 }}
scratch:
  {{- include "open-webui.scratch" . | nindent 2 }}
network:
  {{- include "ai-app.migrationNetwork" . | nindent 2 }}
{{- end }}

{{- define "open-webui.scratch" -}}
- {name: home, mountPath: /home/open-webui, size: {{ .Values.scratch.homeSize }}}
- {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
- {name: static, mountPath: /var/lib/open-webui/static, size: {{ .Values.scratch.staticSize }}}
{{- end }}
