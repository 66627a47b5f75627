{{/* What runs: text-embeddings-router with one model from the volume. */}}
{{- define "tei.app" -}}
{{- $engine := .Values.engine -}}
component: engine
title: Text Embeddings Inference
workload:
  replicas: {{ .Values.replicas }}
  strategy: Recreate
container:
  startupBudgetSeconds: {{ .Values.modelLoad.budgetSeconds }}
  drain: true
  # No command: the entry point of the CUDA image chooses the binary for the card.
  args:
    - --model-id
    - {{ include "ai-app.servedModel" . | quote }}
    - --served-model-name
    - {{ default (base (include "ai-app.servedModel" .)) $engine.servedModelName | quote }}
    - --hostname
    - {{ $engine.bindAddress | quote }}
    - --port
    - {{ $engine.port | quote }}
    - --max-batch-tokens
    - {{ $engine.maxBatchTokens | quote }}
    - --max-concurrent-requests
    - {{ $engine.maxConcurrentRequests | quote }}
    - --max-client-batch-size
    - {{ $engine.maxClientBatchSize | quote }}
    - --payload-limit
    - {{ int $engine.payloadLimit | quote }}
    - --auto-truncate
    - {{ $engine.autoTruncate | quote }}
    {{- with $engine.pooling }}
    - --pooling
    - {{ . | quote }}
    {{- end }}
    {{- with $engine.dtype }}
    - --dtype
    - {{ . | quote }}
    {{- end }}
    - --json-output
    {{- range $engine.extraArgs }}
    - {{ . | quote }}
    {{- end }}
  env:
    HOME: /tmp
    HUGGINGFACE_HUB_CACHE: /tmp/hub
    # The model is on the volume; nothing is fetched and nothing is reported.
    HF_HUB_OFFLINE: "1"
    {{- if (.Values.resources.limits).cpu }}
    # Both count the node's cores otherwise, and the quota throttles them.
    RAYON_NUM_THREADS: {resourceFieldRef: {containerName: {{ include "ai-app.name" . }}, resource: limits.cpu, divisor: "1"}}
    TOKENIZATION_WORKERS: {resourceFieldRef: {containerName: {{ include "ai-app.name" . }}, resource: limits.cpu, divisor: "1"}}
    {{- end }}
  ports:
    - {name: api, containerPort: {{ $engine.port }}}
  probes:
    # The port opens after the model is warm; the first answer runs one short text.
    startup: {httpGet: {path: /health, port: api}}
    # The process listens.
    liveness: {tcpSocket: {port: api}}
    # 503 when the backend is gone.
    readiness: {httpGet: {path: /health, port: api}}
claims: [models]
scratch:
  - {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
proxy: {port: api, path: /health, bindAddress: {{ $engine.bindAddress | quote }}}
network:
  callerPorts: [api]
metrics: {port: api}
gatus:
  - {port: api, path: /health, conditions: ["[STATUS] == 200"]}
advice:
  memory: Lower engine.maxBatchTokens, or raise resources.limits.memory.
  ready: Look at fetch-models first, then at the log; warming up on the CPU runs a batch of engine.maxBatchTokens.
  gpu: Lower engine.maxBatchTokens.
alerts:
  - alert: TextEmbeddingsOverloaded
    expr: |-
      increase(te_request_failure{{ print "{" }}namespace="{{ .Release.Namespace }}", pod=~"{{ include "ai-app.fullname" . }}-.*", err="overloaded"}[10m]) > 0
    for: 10m
    labels: {severity: warning}
    annotations:
      summary: Text Embeddings Inference refuses requests
      description: More arrive than engine.maxConcurrentRequests; add a replica or a faster device.
test:
  # The images hold curl, and their entry point is the server.
  command: [curl, --fail, --silent, --show-error, --max-time, "20", {{ printf "http://%s:%d/info" (include "ai-app.host" .) (int $engine.port) | quote }}]
{{- end }}
