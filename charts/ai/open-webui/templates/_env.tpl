{{/* Environment of the web interface. */}}
{{- define "open-webui.env" -}}
{{- $values := .Values }}
{{- $several := gt (int $values.replicas) 1 }}
{{ include "open-webui.processEnv" . }}
DATA_DIR: {{ $values.persistence.data.mountPath }}
UVICORN_WORKERS: "1"
{{- if not $values.privacy.offline }}
# What is fetched goes to the volume; the image's own places for models cannot be written.
{{- $cache := printf "%s/cache" $values.persistence.data.mountPath }}
HF_HOME: {{ $cache }}/huggingface
SENTENCE_TRANSFORMERS_HOME: {{ $cache }}/huggingface/hub
WHISPER_MODEL_DIR: {{ $cache }}/whisper/models
TIKTOKEN_CACHE_DIR: {{ $cache }}/tiktoken
{{- end }}
# Values decide, not what was once clicked; see persistentConfig.
ENABLE_PERSISTENT_CONFIG: {{ include "open-webui.switch" $values.persistentConfig }}
{{- include "open-webui.authEnv" . }}
{{- include "open-webui.connectionEnv" . }}
{{- include "open-webui.embeddingEnv" . }}
{{- include "open-webui.storageEnv" . }}
{{- if $values.database.enabled }}
{{ include "open-webui.databaseEnv" . }}
ENABLE_DB_MIGRATIONS: {{ include "open-webui.switch" (not $several) }}
{{- end }}
{{- if $values.redis.enabled }}
{{- include "open-webui.redisEnv" . }}
{{- end }}
VECTOR_DB: {{ $values.vectorDatabase }}
# Browsers at this address may use the API and its websockets.
{{- $address := include "open-webui.address" . }}
CORS_ALLOW_ORIGIN: {{ default (printf "http://%s:%d" (include "ai-app.host" .) (int $values.port)) $address | quote }}
{{- with $address }}
WEBUI_URL: {{ . | quote }}
{{- end }}
WEBUI_SESSION_COOKIE_SECURE: {{ include "open-webui.switch" (hasPrefix "https://" $address) }}
AUDIT_LOG_LEVEL: {{ $values.privacy.audit }}
ENABLE_AUDIT_STDOUT: "True"
ENABLE_AUDIT_LOGS_FILE: "False"
ENABLE_ADMIN_CHAT_ACCESS: {{ include "open-webui.switch" $values.privacy.adminReadsChats }}
ENABLE_ADMIN_EXPORT: {{ include "open-webui.switch" $values.privacy.adminExports }}
ENABLE_COMMUNITY_SHARING: {{ include "open-webui.switch" $values.privacy.communitySharing }}
ENABLE_WEB_SEARCH: {{ include "open-webui.switch" $values.features.webSearch }}
ENABLE_DIRECT_CONNECTIONS: {{ include "open-webui.switch" $values.features.directConnections }}
ENABLE_PLUGINS: {{ include "open-webui.switch" $values.features.plugins }}
# Plugins must not install packages into a running pod.
ENABLE_PIP_INSTALL_FRONTMATTER_REQUIREMENTS: "False"
{{- end }}

{{/* What the server and the Job need to run as anybody on a read-only root, and quietly. */}}
{{- define "open-webui.processEnv" -}}
ENV: prod
HOME: /home/open-webui
# An arbitrary UID has no name; libraries ask for one.
USER: open-webui
STATIC_DIR: /var/lib/open-webui/static
GLOBAL_LOG_LEVEL: {{ .Values.logging.level }}
OFFLINE_MODE: {{ include "open-webui.switch" .Values.privacy.offline }}
ENABLE_VERSION_UPDATE_CHECK: "False"
SCARF_NO_ANALYTICS: "true"
DO_NOT_TRACK: "true"
ANONYMIZED_TELEMETRY: "false"
HF_HUB_DISABLE_TELEMETRY: "1"
{{- end }}

{{- define "open-webui.switch" -}}
{{ ternary "True" "False" . | quote }}
{{- end }}

{{- define "open-webui.authEnv" -}}
{{- $auth := .Values.auth }}
{{- $secret := include "open-webui.keysSecret" . }}
WEBUI_AUTH: "True"
WEBUI_SECRET_KEY: {secretKeyRef: {name: {{ $secret | quote }}, key: {{ $auth.secretKeyEntry | quote }}}}
{{- with $auth.admin }}
{{- if .email }}
WEBUI_ADMIN_EMAIL: {{ .email | quote }}
WEBUI_ADMIN_PASSWORD: {secretKeyRef: {name: {{ $secret | quote }}, key: {{ .passwordEntry | quote }}}}
{{- end }}
{{- end }}
ENABLE_SIGNUP: {{ include "open-webui.switch" $auth.signup }}
DEFAULT_USER_ROLE: {{ $auth.defaultRole }}
JWT_EXPIRES_IN: {{ $auth.sessionDuration }}
ENABLE_API_KEYS: {{ include "open-webui.switch" $auth.apiKeys }}
{{- if $auth.oidc.enabled }}
{{- $oidc := $auth.oidc }}
OPENID_PROVIDER_URL: {{ $oidc.providerUrl | quote }}
OAUTH_CLIENT_ID: {{ $oidc.clientId | quote }}
OAUTH_CLIENT_SECRET: {secretKeyRef: {name: {{ $secret | quote }}, key: {{ $oidc.clientSecretEntry | quote }}}}
OAUTH_PROVIDER_NAME: {{ $oidc.providerName | quote }}
OAUTH_SCOPES: {{ $oidc.scopes | quote }}
OPENID_REDIRECT_URI: {{ printf "%s/oauth/oidc/callback" (include "open-webui.address" .) | quote }}
ENABLE_OAUTH_SIGNUP: {{ include "open-webui.switch" $oidc.signup }}
# An account is never handed to whoever comes with the same mail address.
OAUTH_MERGE_ACCOUNTS_BY_EMAIL: "False"
OAUTH_ALLOWED_DOMAINS: {{ default (list "*") $oidc.allowedDomains | join "," | quote }}
ENABLE_LOGIN_FORM: {{ include "open-webui.switch" $oidc.passwordForm }}
ENABLE_OAUTH_ROLE_MANAGEMENT: {{ include "open-webui.switch" $oidc.roles.enabled }}
OAUTH_ROLES_CLAIM: {{ $oidc.roles.claim | quote }}
OAUTH_ALLOWED_ROLES: {{ join "," $oidc.roles.allowed | quote }}
OAUTH_ADMIN_ROLES: {{ join "," $oidc.roles.admin | quote }}
{{- end }}
{{- end }}

{{- define "open-webui.connectionEnv" -}}
{{- $gateway := .Values.connections.gateway }}
{{- $ollama := .Values.connections.ollama }}
ENABLE_OPENAI_API: {{ include "open-webui.switch" (not (empty $gateway.url)) }}
{{- if $gateway.url }}
{{- $key := printf "{secretKeyRef: {name: %q, key: %q}}" (include "open-webui.keysSecret" .) $gateway.keyEntry }}
OPENAI_API_BASE_URLS: {{ include "open-webui.gatewayUrl" . | quote }}
OPENAI_API_KEYS: {{ $key }}
{{- if eq .Values.embedding.engine "gateway" }}
RAG_OPENAI_API_KEY: {{ $key }}
{{- end }}
{{- end }}
ENABLE_OLLAMA_API: {{ include "open-webui.switch" (not (empty $ollama.url)) }}
{{- with $ollama.url }}
OLLAMA_BASE_URL: {{ trimSuffix "/" . | quote }}
{{- end }}
{{- end }}

{{- define "open-webui.gatewayUrl" -}}
{{ trimSuffix "/" .Values.connections.gateway.url }}/v1
{{- end }}

{{- define "open-webui.embeddingEnv" -}}
{{- $embedding := .Values.embedding }}
BYPASS_EMBEDDING_AND_RETRIEVAL: {{ include "open-webui.switch" (eq $embedding.engine "none") }}
{{- if eq $embedding.engine "gateway" }}
RAG_EMBEDDING_ENGINE: openai
RAG_EMBEDDING_MODEL: {{ $embedding.model | quote }}
RAG_OPENAI_API_BASE_URL: {{ include "open-webui.gatewayUrl" . | quote }}
{{- else if eq $embedding.engine "ollama" }}
RAG_EMBEDDING_ENGINE: ollama
RAG_EMBEDDING_MODEL: {{ $embedding.model | quote }}
RAG_OLLAMA_BASE_URL: {{ trimSuffix "/" .Values.connections.ollama.url | quote }}
{{- else if eq $embedding.engine "none" }}
# Any engine that loads no model into this process.
RAG_EMBEDDING_ENGINE: openai
{{- end }}
{{- end }}

{{- define "open-webui.storageEnv" -}}
{{- $storage := .Values.storage }}
STORAGE_PROVIDER: {{ $storage.provider }}
{{- if eq $storage.provider "s3" }}
{{- $s3 := $storage.s3 }}
S3_BUCKET_NAME: {{ $s3.bucket | quote }}
S3_REGION_NAME: {{ $s3.region | quote }}
{{- with $s3.endpoint }}
S3_ENDPOINT_URL: {{ . | quote }}
{{- end }}
S3_ACCESS_KEY_ID: {secretKeyRef: {name: {{ $s3.existingSecret | quote }}, key: {{ $s3.accessKeyEntry | quote }}}}
S3_SECRET_ACCESS_KEY: {secretKeyRef: {name: {{ $s3.existingSecret | quote }}, key: {{ $s3.secretKeyEntry | quote }}}}
{{- end }}
{{- end }}

{{/*
One URL of the parts without user and password, which the driver takes from PGUSER and PGPASSWORD: whatever stands in
them works, while Open WebUI's own DATABASE_USER and DATABASE_PASSWORD are put into a URL that an @ or / breaks.
*/}}
{{- define "open-webui.databaseEnv" -}}
{{- include "ai-app.databaseEnv" (dict "root" . "names" (dict "host" "POSTGRES_HOST" "port" "POSTGRES_PORT" "name" "POSTGRES_DATABASE" "username" "PGUSER" "password" "PGPASSWORD")) }}
{{- $host := include "ai-app.databasePart" (dict "root" . "part" "host" "variable" "POSTGRES_HOST") }}
{{- $port := include "ai-app.databasePart" (dict "root" . "part" "port" "variable" "POSTGRES_PORT") }}
{{- $name := include "ai-app.databasePart" (dict "root" . "part" "name" "variable" "POSTGRES_DATABASE") }}
DATABASE_URL: {{ printf "postgresql://%s:%s/%s?sslmode=%s" $host $port $name .Values.database.sslMode | quote }}
{{- end }}

{{- define "open-webui.redisEnv" -}}
{{- $redis := .Values.redis }}
{{- $who := "" }}
{{- if $redis.auth }}
{{- $who = printf "%s:$(REDIS_PASSWORD)@" (empty $redis.keys.username | ternary "" "$(REDIS_USERNAME)") }}
{{- end }}
{{- include "ai-app.redisEnv" (dict "root" . "password" "REDIS_PASSWORD" "username" "REDIS_USERNAME") }}
REDIS_URL: {{ printf "%s://%s%s:%d/%d" ($redis.tls | ternary "rediss" "redis") $who $redis.host (int $redis.port) (int $redis.index) | quote }}
REDIS_KEY_PREFIX: {{ include "ai-app.fullname" . }}
ENABLE_WEBSOCKET_SUPPORT: "True"
WEBSOCKET_MANAGER: redis
{{- end }}
