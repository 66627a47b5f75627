{{/* What runs: the engine, described for the library (charts/library/ai-app/README.md). */}}
{{- define "ollama.app" -}}
{{- $probes := .Values.probes }}
{{- $budget := .Values.modelLoad.budgetSeconds }}
{{- $device := include "ai-app.hasDevice" . }}
component: engine
title: Ollama
workload:
  kind: Deployment
  replicas: {{ .Values.replicas }}
  # The old pod holds the device and the volume; a new one beside it would wait for both, for ever.
  strategy: Recreate
  prepareSeconds: {{ mul (len .Values.models) .Values.modelPull.timeoutSeconds }}
pod:
  annotations:
    # A changed list of models has to be fetched, which happens when the pod starts. The proxy follows its token
    # and configuration by itself.
    checksum/models: {{ toYaml .Values.models | sha256sum }}
container:
  name: ollama
  command: [ollama]
  args: [serve]
  env:
    {{- include "ollama.env" . | nindent 4 }}
  ports:
    - name: api
      containerPort: {{ .Values.engine.port }}
  startupBudgetSeconds: {{ $budget }}
  drain: true
  probes:
    # Discovery of devices is over and HTTP is served. Until then neither probe below runs.
    startup:
      httpGet: {path: {{ $probes.startup.path | quote }}, port: api}
    # The process answers. Never loads a model, never waits for one.
    liveness:
      httpGet: {path: {{ $probes.liveness.path | quote }}, port: api}
    # A model can be served from the volume.
    readiness:
      {{- with include "ollama.readyModel" . }}
      exec:
        command: [ollama, show, {{ . | quote }}]
      {{- else }}
      httpGet: {path: {{ $probes.readiness.path | quote }}, port: api}
      {{- end }}
claims: [models]
scratch:
  - {name: home, mountPath: /home/ollama, size: {{ .Values.scratch.homeSize }}}
  - {name: tmp, mountPath: /tmp, size: {{ .Values.scratch.tmpSize }}}
{{- if or .Values.models (and $device .Values.gpu.requireDevice.enabled) }}
initContainers:
  {{- if and $device .Values.gpu.requireDevice.enabled }}
  {{- include "ollama.requireDevice" . | nindent 2 }}
  {{- end }}
  {{- if .Values.models }}
  {{- include "ollama.fetchModels" . | nindent 2 }}
  {{- end }}
volumes:
  - name: init-tmp
    emptyDir: {sizeLimit: 256Mi}
  - name: config
    configMap: {name: {{ include "ai-app.fullname" . }}-config}
  {{- $registryKey := include "ollama.registryKeySecret" . }}
  {{- if and .Values.models $registryKey }}
  - name: registry-key
    secret:
      secretName: {{ $registryKey }}
      items:
        - {key: id_ed25519, path: id_ed25519}
  {{- end }}
{{- end }}
proxy:
  port: api
  path: /api/version
  bindAddress: {{ .Values.engine.bindAddress | quote }}
network:
  https: {{ not (empty .Values.models) }}
secrets:
  - name: {{ default (printf "%s-registry-key" (include "ai-app.fullname" .)) .Values.modelPull.registryKeySecret }}
    keys:
      {{- if not .Values.modelPull.registryKeySecret }}
      - secretKey: id_ed25519
        remote: {{ toJson .Values.externalSecret.registryKey }}
      {{- end }}
gatus:
  - port: api
    path: /api/tags
    conditions:
      - "[STATUS] == 200"
      {{- range .Values.models }}
      - '[BODY] == pat(*"name":"{{ .name | trimPrefix "registry.ollama.ai/" | trimPrefix "library/" }}"*)'
      {{- end }}
advice:
  memory: Raise resources.limits.memory, or lower engine.contextLength, engine.promptCacheMiB or engine.maxLoadedModels.
  ready: Look at the init containers first (fetch-models, require-device), then at the engine's log.
  volume: Remove models with "ollama rm", or raise persistence.models.size if the class allows it.
  gpu: Layers that do not fit run on the CPU. Lower engine.contextLength or engine.parallelRequests, or choose a smaller model.
test:
  {{- include "ollama.test" . | nindent 2 }}
{{- end }}

{{/* Environment of the engine, before the GPU's row and `env` of the values. */}}
{{- define "ollama.env" -}}
{{- $engine := .Values.engine }}
{{- $storage := .Values.persistence.models }}
HOME: /home/ollama
OLLAMA_HOST: {{ printf "%s:%d" $engine.bindAddress (int $engine.port) | quote }}
OLLAMA_MODELS: {{ $storage.mountPath | quote }}
OLLAMA_CONTEXT_LENGTH: {{ int $engine.contextLength | quote }}
OLLAMA_NUM_PARALLEL: {{ int $engine.parallelRequests | quote }}
OLLAMA_MAX_LOADED_MODELS: {{ int $engine.maxLoadedModels | quote }}
OLLAMA_MAX_QUEUE: {{ int $engine.maxQueue | quote }}
OLLAMA_KEEP_ALIVE: {{ $engine.keepAlive | quote }}
OLLAMA_LOAD_TIMEOUT: {{ printf "%ds" (int .Values.modelLoad.budgetSeconds) | quote }}
LLAMA_ARG_CACHE_RAM: {{ int $engine.promptCacheMiB | quote }}
OLLAMA_NO_CLOUD: {{ ternary "0" "1" $engine.cloud | quote }}
{{- with $engine.kvCacheType }}
OLLAMA_KV_CACHE_TYPE: {{ . | quote }}
{{- end }}
{{- with $engine.allowedOrigins }}
OLLAMA_ORIGINS: {{ join "," . | quote }}
{{- end }}
{{- if or $storage.shared $storage.readOnly }}
OLLAMA_NOPRUNE: "1"
{{- end }}
{{- if .Values.resources.limits }}
{{- if .Values.resources.limits.cpu }}
# The inner server counts the node's cores otherwise, and its quota throttles it.
LLAMA_ARG_THREADS:
  resourceFieldRef: {containerName: ollama, resource: limits.cpu, divisor: "1"}
{{- end }}
{{- end }}
{{- end }}

{{/* The model that readiness asks for; empty when none is declared. */}}
{{- define "ollama.readyModel" -}}
{{- if .Values.probes.readiness.model }}
{{- .Values.probes.readiness.model }}
{{- else if .Values.models }}
{{- (index .Values.models 0).name }}
{{- end }}
{{- end }}

{{/* The Secret that holds the registry's key; empty when none is wanted. */}}
{{- define "ollama.registryKeySecret" -}}
{{- if .Values.modelPull.registryKeySecret }}
{{- .Values.modelPull.registryKeySecret }}
{{- else if and .Values.externalSecret.enabled .Values.externalSecret.registryKey.key }}
{{- printf "%s-registry-key" (include "ai-app.fullname" .) }}
{{- end }}
{{- end }}
