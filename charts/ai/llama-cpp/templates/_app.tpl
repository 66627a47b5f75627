{{/* What runs: llama-server with one model, or routing over what is on the volume. */}}
{{- define "llama-cpp.app" -}}
{{- $engine := .Values.engine -}}
{{- $model := include "llama-cpp.model" . -}}
component: engine
title: llama.cpp
workload:
  replicas: {{ .Values.replicas }}
  strategy: Recreate
container:
  startupBudgetSeconds: {{ .Values.modelLoad.budgetSeconds }}
  drain: true
  command: [/app/llama-server]
  args:
    {{- if $model }}
    - --model
    - {{ $model | quote }}
    - --alias
    - {{ include "llama-cpp.alias" . | quote }}
    {{- else }}
    - --models-dir
    - {{ .Values.persistence.models.mountPath | quote }}
    - --models-max
    - "1"
    {{- end }}
    - --host
    - {{ $engine.bindAddress | quote }}
    - --port
    - {{ $engine.port | quote }}
    - --ctx-size
    - {{ $engine.contextLength | quote }}
    - --parallel
    - {{ $engine.parallelRequests | quote }}
    - --cache-ram
    - {{ $engine.promptCacheMiB | quote }}
    {{- with $engine.kvCacheType }}
    - --cache-type-k
    - {{ . | quote }}
    - --cache-type-v
    - {{ . | quote }}
    {{- end }}
    {{- if include "ai-app.hasDevice" . }}
    - --n-gpu-layers
    - {{ $engine.gpuLayers | quote }}
    {{- end }}
    {{- if $engine.embeddings }}
    - --embeddings
    {{- end }}
    - --cors-origins
    - {{ $engine.allowedOrigins | quote }}
    # Nothing is fetched at run time; slots would show prompts, and the page is no part of an engine.
    - --offline
    - --no-slots
    - --no-ui
    {{- if .Values.podMonitor.enabled }}
    - --metrics
    {{- end }}
    {{- range $engine.extraArgs }}
    - {{ . | quote }}
    {{- end }}
  env:
    HOME: /home/llama
    LLAMA_CACHE: /home/llama/cache
    {{- if (.Values.resources.limits).cpu }}
    # The server counts the node's cores otherwise, and its quota throttles it.
    LLAMA_ARG_THREADS: {resourceFieldRef: {containerName: {{ include "ai-app.name" . }}, resource: limits.cpu, divisor: "1"}}
    {{- end }}
  ports:
    - {name: api, containerPort: {{ $engine.port }}}
  probes:
    # 503 while the model is loading, 200 after.
    startup: {httpGet: {path: /health, port: api}}
    # The process listens. It does so while loading too, and says nothing about the model.
    liveness: {tcpSocket: {port: api}}
    # The model answers.
    readiness: {httpGet: {path: /health, port: api}}
claims: [models]
scratch:
  - {name: home, mountPath: /home/llama, size: {{ .Values.scratch.homeSize }}}
  - {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
proxy: {port: api, path: /health, bindAddress: {{ $engine.bindAddress | quote }}}
network:
  callerPorts: [api]
metrics: {port: api}
gatus:
  - {port: api, path: /health, conditions: ["[STATUS] == 200", "[BODY].status == ok"]}
advice:
  memory: Lower engine.promptCacheMiB or engine.contextLength, or raise resources.limits.memory.
  ready: Look at fetch-models first, then at the log; a model that loads for longer needs modelLoad.budgetSeconds.
  gpu: Lower engine.contextLength or engine.parallelRequests, take a smaller quantization, or set engine.gpuLayers.
alerts:
  - alert: LlamaCppQueue
    expr: |-
      max by (namespace, pod) (llamacpp:requests_deferred{{ print "{" }}namespace="{{ .Release.Namespace }}", pod=~"{{ include "ai-app.fullname" . }}-.*"}) > 0
    for: 10m
    labels: {severity: warning}
    annotations:
      summary: Requests wait for a free slot of llama.cpp
      description: Raise engine.parallelRequests with engine.contextLength if memory allows, or add a replica.
test:
  command: [curl, --fail, --silent, --show-error, --max-time, "20", {{ printf "http://%s:%d/v1/models" (include "ai-app.host" .) (int $engine.port) | quote }}]
{{- end }}

{{/* Path of the model to load; empty when the server routes. Takes the chart's own context. */}}
{{- define "llama-cpp.model" -}}
{{- if .Values.engine.model }}
{{- include "ai-app.modelBelow" (dict "root" . "path" .Values.engine.model) }}
{{- else if .Values.models }}
{{- with (index .Values.models 0).files }}
{{- printf "%s/%s" (include "ai-app.modelPath" $) (index . 0).path }}
{{- end }}
{{- end }}
{{- end }}

{{- define "llama-cpp.alias" -}}
{{- if .Values.engine.alias }}
{{- .Values.engine.alias }}
{{- else if and .Values.models (not .Values.engine.model) }}
{{- (index .Values.models 0).name }}
{{- else }}
{{- base .Values.engine.model | trimSuffix ".gguf" }}
{{- end }}
{{- end }}
