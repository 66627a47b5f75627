{{/* What runs: JupyterLab for one person. */}}
{{- define "jupyter.app" -}}
{{- $notebook := .Values.notebook -}}
component: notebook
title: JupyterLab
workload:
  replicas: {{ .Values.replicas }}
  # Two pods would write the same home.
  strategy: Recreate
pod:
  # Files of the image belong to this group; a member can use them whatever its user.
  supplementalGroups: [100]
  annotations:
    checksum/config: {{ include "jupyter.config" . | sha256sum }}
container:
  startupBudgetSeconds: {{ .Values.startup.budgetSeconds }}
  # Not the image's start script, which wants to be root or a user that it knows.
  command: [jupyter, lab]
  args:
    - --no-browser
    - --ip=0.0.0.0
    - {{ printf "--port=%d" (int $notebook.port) | quote }}
    {{- range $notebook.extraArgs }}
    - {{ . | quote }}
    {{- end }}
  env:
    HOME: {{ .Values.persistence.data.mountPath }}
    # Names for a user that no file knows.
    USER: jovyan
    LOGNAME: jovyan
    SHELL: /bin/bash
    JUPYTER_TOKEN: {secretKeyRef: {name: {{ include "jupyter.secret" . }}, key: {{ $notebook.secretKey | quote }}}}
    JUPYTER_CONFIG_PATH: /etc/jupyter-chart
    JUPYTER_RUNTIME_DIR: /tmp/jupyter
    MPLCONFIGDIR: /tmp/matplotlib
    HF_HUB_DISABLE_TELEMETRY: "1"
    DO_NOT_TRACK: "1"
  ports:
    - {name: http, containerPort: {{ $notebook.port }}}
  probes:
    # The server answers; no token is asked for.
    startup: {httpGet: {path: {{ include "jupyter.probePath" . }}, port: http}}
    # The process listens. A kernel that works hard is no reason to end it.
    liveness: {tcpSocket: {port: http}}
    readiness: {httpGet: {path: {{ include "jupyter.probePath" . }}, port: http}}
  volumeMounts:
    - {name: config, mountPath: /etc/jupyter-chart, readOnly: true}
claims: [data]
scratch:
  - {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
volumes:
  - name: config
    configMap: {name: {{ include "ai-app.fullname" . }}-config}
# Kernels talk over websockets that stay silent for as long as a cell runs.
entrance: {port: http, timeoutSeconds: 600, tunnelTimeoutSeconds: 14400}
secrets:
  {{- if not $notebook.existingSecret }}
  - name: {{ include "jupyter.secret" . }}
    keys:
      - {secretKey: {{ $notebook.secretKey | quote }}, remote: {{ toJson .Values.externalSecret.token }}}
  {{- else }} []
  {{- end }}
gatus:
  - {port: http, path: {{ include "jupyter.probePath" . }}, conditions: ["[STATUS] == 200"]}
  # Without a token nobody may look at what runs.
  - {port: http, path: {{ include "jupyter.probePath" . }}/status, conditions: ["[STATUS] == 403"], suffix: guarded}
advice:
  memory: A kernel took more than resources.limits.memory; raise it, or work in parts.
  ready: Look at the log; a missing Secret keeps the container from being made.
  volume: The home is nearly full; caches below .cache and .local are the usual cause.
test:
  command: [curl, --fail, --silent, --show-error, --max-time, "20", {{ printf "http://%s:%d%s" (include "ai-app.host" .) (int $notebook.port) (include "jupyter.probePath" .) | quote }}]
{{- end }}

{{/* Answers 200 without a token. */}}
{{- define "jupyter.probePath" -}}
{{- printf "%sapi" .Values.notebook.baseUrl }}
{{- end }}

{{- define "jupyter.secret" -}}
{{- default (printf "%s-token" (include "ai-app.fullname" .)) .Values.notebook.existingSecret }}
{{- end }}

{{/* jupyter_server_config.json and jupyter_lab_config.json; JSON, because only it can say null. */}}
{{- define "jupyter.config" -}}
{{- $notebook := .Values.notebook -}}
{{- $culling := dict "cull_idle_timeout" (int $notebook.cullIdleSeconds) "cull_interval" 120 "cull_connected" $notebook.cullConnected "cull_busy" false -}}
{{- $server := dict "base_url" $notebook.baseUrl "root_dir" .Values.persistence.data.mountPath "allow_remote_access" true "terminals_enabled" $notebook.terminals "quit_button" false -}}
jupyter_server_config.json: |
  {{- dict "ServerApp" $server "MappingKernelManager" $culling | toPrettyJson | nindent 2 }}
# No question about new versions or news leaves the cluster.
jupyter_lab_config.json: |
  {{- dict "LabApp" (dict "check_for_updates_class" "jupyterlab.NeverCheckForUpdate" "news_url" nil) | toPrettyJson | nindent 2 }}
{{- end }}
