{{/* Name of the Secret with master and salt key. */}}
{{- define "litellm.keysSecret" -}}
{{- default (printf "%s-keys" (include "ai-app.fullname" .)) .Values.auth.existingSecret }}
{{- end }}

{{/* Environment of the gateway. */}}
{{- define "litellm.env" -}}
{{- $keys := include "litellm.keysSecret" . }}
{{ include "litellm.processEnv" . }}
LITELLM_MASTER_KEY: {secretKeyRef: {name: {{ $keys | quote }}, key: {{ .Values.auth.masterKeyEntry | quote }}}}
{{- if .Values.database.enabled }}
LITELLM_SALT_KEY: {secretKeyRef: {name: {{ $keys | quote }}, key: {{ .Values.auth.saltKeyEntry | quote }}}}
{{ include "litellm.databaseEnv" . }}
# The Job alone changes the schema.
DISABLE_SCHEMA_UPDATE: "true"
{{- end }}
{{- if .Values.redis.enabled }}
{{- include "ai-app.redisEnv" (dict "root" . "password" "COORDINATION_REDIS_PASSWORD" "username" "COORDINATION_REDIS_USERNAME") }}
{{- end }}
{{- range $name, $engine := .Values.engines }}
{{- with $engine.keySecret }}
{{ include "litellm.engineVariable" $name }}: {secretKeyRef: {name: {{ .name | quote }}, key: {{ .key | quote }}}}
{{- end }}
{{- end }}
# Requests under way when the pod is told to stop get what the drain has left over.
GRACEFUL_SHUTDOWN_TIMEOUT: {{ sub .Values.shutdown.gracePeriodSeconds (add .Values.shutdown.drainSeconds 5) }}
{{- if not .Values.ui.enabled }}
DISABLE_ADMIN_UI: "true"
# The switch above stops signing in and goes on serving the pages. A directory that claims to hold them and does not is
# not served.
LITELLM_UI_PATH: /etc/litellm-pages
{{- end }}
{{- if not .Values.ui.docs }}
NO_DOCS: "true"
NO_REDOC: "true"
NO_OPENAPI: "true"
{{- end }}
{{- end }}

{{/*
What both the gateway and the Job need to run quietly. HOME stays the image's /app: nothing is written there, and Prisma
looks for its engines in the caches below it, which the image filled.
*/}}
{{- define "litellm.processEnv" -}}
LITELLM_MODE: PRODUCTION
LITELLM_LOG: {{ .Values.logging.level }}
JSON_LOGS: {{ .Values.logging.json | quote }}
# Prices, headers, presets, templates and news come with the package, not from the outside.
LITELLM_LOCAL_MODEL_COST_MAP: "True"
LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS: "True"
LITELLM_LOCAL_AUTOROUTER_PRESETS: "True"
LITELLM_LOCAL_POLICY_TEMPLATES: "True"
LITELLM_LOCAL_BLOG_POSTS: "True"
# Prisma asks its maker for updates unless told otherwise.
CHECKPOINT_DISABLE: "1"
{{- end }}

{{/* The database in parts: LiteLLM puts the URL together itself and escapes what needs it. */}}
{{- define "litellm.databaseEnv" -}}
{{- include "ai-app.databaseEnv" (dict "root" . "names" (dict "host" "POSTGRES_HOST" "port" "POSTGRES_PORT" "name" "DATABASE_NAME" "username" "DATABASE_USERNAME" "password" "DATABASE_PASSWORD")) }}
# The port belongs to the host here; a port of its own is not read.
DATABASE_HOST: {{ include "ai-app.databasePart" (dict "root" . "part" "host" "variable" "POSTGRES_HOST") }}:{{ include "ai-app.databasePart" (dict "root" . "part" "port" "variable" "POSTGRES_PORT") }}
DATABASE_SSLMODE: {{ .Values.database.sslMode }}
{{- end }}

{{/* Variable with an engine's key. Takes the engine's name. */}}
{{- define "litellm.engineVariable" -}}
ENGINE_{{ . | upper | replace "-" "_" | replace "." "_" }}_KEY
{{- end }}
