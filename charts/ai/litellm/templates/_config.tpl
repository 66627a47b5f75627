{{/*
config.yaml of the gateway. It holds no credential: keys are read from the environment through `os.environ/NAME`.
*/}}

{{- define "litellm.configName" -}}
{{- include "ai-app.fullname" . }}-config
{{- end }}

{{- define "litellm.config" -}}
{{- $written := include "litellm.written" . | fromYaml }}
{{- $more := .Values.config }}
{{- $sections := list "litellm_settings" "general_settings" "router_settings" }}
{{- range $sections }}
{{- if hasKey $more . }}
{{- $_ := set $written . (merge (dict) (index $more .) (default dict (index $written .))) }}
{{- end }}
{{- end }}
{{- range $name, $value := $more }}
{{- if not (has $name $sections) }}
{{- $_ := set $written $name $value }}
{{- end }}
{{- end }}
{{- toYaml $written }}
{{- end }}

{{- define "litellm.written" -}}
{{- $limits := .Values.limits }}
model_list:
  {{- range .Values.models }}
  {{- include "litellm.model" (dict "root" $ "model" .) | trim | nindent 2 }}
  {{- else }}
  []
  {{- end }}
litellm_settings:
  turn_off_message_logging: {{ not .Values.privacy.messageLogging }}
  redact_user_api_key_info: true
  json_logs: {{ .Values.logging.json }}
  request_timeout: {{ $limits.timeoutSeconds }}
  num_retries: {{ $limits.retries }}
  # An engine that does not know a parameter gets it not, in place of an error.
  drop_params: true
  {{- if .Values.database.enabled }}
  {{- with $limits.keyDefaults }}
  default_key_generate_params:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $limits.keyMaximums }}
  upperbound_key_generate_params:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- if .Values.podMonitor.enabled }}
  callbacks: [prometheus]
  {{- with .Values.metrics.excludedLabels }}
  prometheus_exclude_labels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  # /metrics on the API's own port asks for a key; scrapers use the other port.
  require_auth_for_metrics_endpoint: true
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
  max_in_flight_requests_per_worker: {{ $limits.parallelRequests }}
  max_queued_requests_per_worker: {{ $limits.queuedRequests }}
  admission_queue_timeout_seconds: {{ $limits.queueSeconds }}
  store_prompts_in_spend_logs: {{ .Values.privacy.promptsInSpendLogs }}
  # Without the database keys cannot be checked: refuse, do not let through.
  allow_requests_on_db_unavailable: false
  # Checks call the models; callers find out soon enough.
  background_health_checks: false
  health_check_details: false
  {{- if .Values.database.enabled }}
  maximum_spend_logs_retention_period: {{ .Values.privacy.spendLogRetention }}
  {{- end }}
  {{- if .Values.redis.enabled }}
  # Limits, budgets and locks of all pods together; answers are not cached, so no prompt is stored there.
  coordination_redis:
    host: {{ .Values.redis.host }}
    port: {{ .Values.redis.port }}
    db: {{ .Values.redis.index }}
    ssl: {{ .Values.redis.tls }}
    {{- if .Values.redis.auth }}
    password: os.environ/COORDINATION_REDIS_PASSWORD
    {{- if .Values.redis.keys.username }}
    username: os.environ/COORDINATION_REDIS_USERNAME
    {{- end }}
    {{- end }}
  {{- end }}
router_settings:
  routing_strategy: simple-shuffle
{{- end }}

{{/* One entry of model_list. Takes root and model. */}}
{{- define "litellm.model" -}}
{{- $model := .model }}
{{- $engines := .root.Values.engines }}
{{- if not (hasKey $engines $model.engine) }}
{{- fail (printf "models: %s names the engine %q, and engines has %s." $model.name $model.engine (keys $engines | sortAlpha | join ", " | default "none")) }}
{{- end }}
{{- $engine := index $engines $model.engine }}
{{- $embedding := eq (default "chat" $model.mode) "embedding" }}
{{- $provider := index (dict "ollama" (ternary "ollama" "ollama_chat" $embedding) "openai" "openai") $engine.type | default "hosted_vllm" }}
- model_name: {{ $model.name | quote }}
  litellm_params:
    model: {{ printf "%s/%s" $provider $model.model | quote }}
    api_base: {{ printf "%s%s" (trimSuffix "/" $engine.url) (eq $engine.type "ollama" | ternary "" "/v1") | quote }}
    {{- if $engine.keySecret }}
    api_key: os.environ/{{ include "litellm.engineVariable" $model.engine }}
    {{- end }}
    timeout: {{ default .root.Values.limits.timeoutSeconds $model.timeoutSeconds }}
    {{- with $model.rpm }}
    rpm: {{ . }}
    {{- end }}
    {{- with $model.tpm }}
    tpm: {{ . }}
    {{- end }}
    {{- with $model.maxParallelRequests }}
    max_parallel_requests: {{ . }}
    {{- end }}
    {{- with $model.params }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  model_info:
    mode: {{ default "chat" $model.mode }}
    {{- with $model.info }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
