{{/* What runs: `vllm serve` with one model from the volume. */}}
{{- define "vllm.app" -}}
{{- $engine := .Values.engine -}}
{{- $names := default (list (base (include "ai-app.servedModel" .))) $engine.servedModelNames -}}
component: engine
title: vLLM
workload:
  replicas: {{ .Values.replicas }}
  strategy: Recreate
container:
  startupBudgetSeconds: {{ .Values.modelLoad.budgetSeconds }}
  drain: true
  command: [vllm, serve]
  args:
    - {{ include "ai-app.servedModel" . | quote }}
    - --served-model-name
    {{- range $names }}
    - {{ . | quote }}
    {{- end }}
    - --host
    - {{ $engine.bindAddress | quote }}
    - --port
    - {{ $engine.port | quote }}
    - --max-model-len
    - {{ $engine.maxModelLen | quote }}
    - --max-num-seqs
    - {{ $engine.maxNumSeqs | quote }}
    - --dtype
    - {{ $engine.dtype | quote }}
    - --kv-cache-dtype
    - {{ $engine.kvCacheDtype | quote }}
    {{- if include "ai-app.hasDevice" . }}
    - --gpu-memory-utilization
    - {{ $engine.gpuMemoryUtilization | quote }}
    - --tensor-parallel-size
    - {{ default .Values.gpu.count $engine.tensorParallelSize | quote }}
    {{- end }}
    {{- if $engine.enforceEager }}
    - --enforce-eager
    {{- end }}
    {{- with $engine.allowedMediaDomains }}
    - --allowed-media-domains
    {{- range . }}
    - {{ . | quote }}
    {{- end }}
    {{- end }}
    {{- if $engine.trustRemoteCode }}
    - --trust-remote-code
    {{- end }}
    {{- range $engine.extraArgs }}
    - {{ . | quote }}
    {{- end }}
  env:
    HOME: /home/vllm
    # Names for a user that no file knows.
    USER: vllm
    LOGNAME: vllm
    HF_HOME: /home/vllm/huggingface
    XDG_CACHE_HOME: /home/vllm/cache
    XDG_CONFIG_HOME: /home/vllm/config
    VLLM_CACHE_ROOT: /home/vllm/cache/vllm
    VLLM_CONFIG_ROOT: /home/vllm/config/vllm
    TRITON_CACHE_DIR: /home/vllm/cache/triton
    TORCHINDUCTOR_CACHE_DIR: /home/vllm/cache/inductor
    # The model is on the volume; nothing is fetched and nothing is reported.
    HF_HUB_OFFLINE: "1"
    HF_HUB_DISABLE_TELEMETRY: "1"
    VLLM_NO_USAGE_STATS: "1"
    DO_NOT_TRACK: "1"
    # A redirect would lead around the list of hosts.
    VLLM_MEDIA_URL_ALLOW_REDIRECTS: "0"
  ports:
    - {name: api, containerPort: {{ $engine.port }}}
  probes:
    # The port opens when the model is loaded and compiled.
    startup: {httpGet: {path: /health, port: api}}
    # 503 when the engine behind the API has died.
    liveness: {httpGet: {path: /health, port: api}}
    # The model is served.
    readiness: {httpGet: {path: /v1/models, port: api}}
claims: [models]
scratch:
  - {name: home, mountPath: /home/vllm, size: {{ .Values.scratch.homeSize }}}
  - {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
proxy: {port: api, path: /health, bindAddress: {{ $engine.bindAddress | quote }}}
network:
  callerPorts: [api]
metrics: {port: api}
gatus:
  - {port: api, path: /v1/models, conditions: ["[STATUS] == 200", {{ printf "[BODY].data[0].id == %s" (first $names) | quote }}]}
advice:
  memory: Raise resources.limits.memory; gpu.sharedMemorySize is part of it.
  ready: Look at fetch-models first, then at the log; compiling takes minutes, and modelLoad.budgetSeconds must cover it.
  gpu: vLLM takes engine.gpuMemoryUtilization of the card by design; lower it when something else needs the card.
alerts:
  - alert: VllmQueue
    expr: |-
      max by (namespace, pod) (vllm:num_requests_waiting{{ print "{" }}namespace="{{ .Release.Namespace }}", pod=~"{{ include "ai-app.fullname" . }}-.*"}) > 0
    for: 10m
    labels: {severity: warning}
    annotations:
      summary: Requests wait in vLLM
      description: The cache or engine.maxNumSeqs is the limit; look at vllm:kv_cache_usage_perc, then add memory or a replica.
test:
  command: [python3, -c, {{ printf "import urllib.request as u; print(u.urlopen('http://%s:%d/v1/models', timeout=20).read().decode())" (include "ai-app.host" .) (int $engine.port) | quote }}]
{{- end }}
