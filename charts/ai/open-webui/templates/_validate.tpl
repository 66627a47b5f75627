{{- define "open-webui.validate" -}}
{{- include "open-webui.validateReplicas" . }}
{{- include "open-webui.validateUsers" . }}
{{- include "open-webui.validateParts" . }}
{{- end }}

{{- define "open-webui.validateReplicas" -}}
{{- $values := .Values }}
{{- $replicas := int $values.replicas }}
{{- if gt $replicas 1 }}
{{- if not $values.database.enabled }}
{{- fail (printf "replicas is %d and database.enabled is false: each pod would write an SQLite file of its own, or all would break one. Set database.enabled, or replicas to 1." $replicas) }}
{{- end }}
{{- if not $values.redis.enabled }}
{{- fail (printf "replicas is %d and redis.enabled is false: a websocket of one pod would not hear what another does, and signing in would fail by chance. Set redis.enabled, or replicas to 1." $replicas) }}
{{- end }}
{{- if and (ne $values.vectorDatabase "pgvector") (ne $values.embedding.engine "none") }}
{{- fail (printf "replicas is %d and vectorDatabase is %s, whose files one process owns. Set vectorDatabase to pgvector, or embedding.engine to none." $replicas $values.vectorDatabase) }}
{{- end }}
{{- $data := $values.persistence.data }}
{{- if and (ne $values.storage.provider "s3") (not $data.existingClaim) (not (and $data.enabled (has "ReadWriteMany" $data.accessModes))) }}
{{- fail (printf "replicas is %d and uploaded files lie on a volume that one node can mount. Set storage.provider to s3 and persistence.data.enabled to false, or persistence.data.accessModes to [ReadWriteMany]." $replicas) }}
{{- end }}
{{- if and (eq $values.storage.provider "s3") $data.enabled (not $data.existingClaim) (not (has "ReadWriteMany" $data.accessModes)) }}
{{- fail (printf "replicas is %d and persistence.data is a volume that one node can mount. With files on S3 and a database it holds caches only: set persistence.data.enabled to false." $replicas) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "open-webui.validateUsers" -}}
{{- $values := .Values }}
{{- $auth := $values.auth }}
{{- if and (not $auth.admin.email) (not (and $auth.oidc.enabled (not $auth.oidc.passwordForm))) }}
{{- fail "auth.admin.email is empty: Open WebUI makes the first visitor administrator, even with registration off. Name the administrator, or set auth.oidc.enabled with auth.oidc.passwordForm false." }}
{{- end }}
{{- if and (include "ai-app.exposed" .) (not (include "open-webui.address" .)) }}
{{- fail "something is exposed and the address in the browser is not known: browsers would be refused (CORS, websockets). Set route.host, httpRoute.hostnames or publicUrl." }}
{{- end }}
{{- if $auth.oidc.enabled }}
{{- if not (and $auth.oidc.providerUrl $auth.oidc.clientId) }}
{{- fail "auth.oidc.enabled is true: set auth.oidc.providerUrl and auth.oidc.clientId." }}
{{- end }}
{{- if not (include "open-webui.address" .) }}
{{- fail "auth.oidc.enabled is true and the address in the browser is not known: the provider could not send users back. Set route.host, ingress.host, httpRoute.hostnames or publicUrl." }}
{{- end }}
{{- end }}
{{- if and $values.externalSecret.enabled (not $auth.existingSecret) }}
{{- include "open-webui.validateStore" . }}
{{- end }}
{{- range list "WEBUI_AUTH" "WEBUI_SECRET_KEY" "DATABASE_URL" "DATABASE_TYPE" "DATA_DIR" "ENABLE_PERSISTENT_CONFIG" }}
{{- if hasKey $values.env . }}
{{- fail (printf "env.%s is set by the chart: use auth, database, persistence.data.mountPath or persistentConfig; signing in cannot be switched off." .) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Every entry that the pod reads has a place in the store. */}}
{{- define "open-webui.validateStore" -}}
{{- $values := .Values }}
{{- $needed := list "secretKey" }}
{{- if $values.auth.admin.email }}
{{- $needed = append $needed "adminPassword" }}
{{- end }}
{{- if $values.connections.gateway.url }}
{{- $needed = append $needed "gatewayKey" }}
{{- end }}
{{- if $values.auth.oidc.enabled }}
{{- $needed = append $needed "oidcClientSecret" }}
{{- end }}
{{- range $needed }}
{{- if not (index $values.externalSecret .).key }}
{{- fail (printf "externalSecret.enabled is true and externalSecret.%s.key is empty: the pod would wait for that entry for ever. Name it, or set auth.existingSecret." .) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "open-webui.validateParts" -}}
{{- $values := .Values }}
{{- $engine := $values.embedding.engine }}
{{- if has $engine (list "gateway" "ollama") }}
{{- if not (index $values.connections $engine).url }}
{{- fail (printf "embedding.engine is %s and connections.%s.url is empty: nothing would embed. Set the URL, or another engine." $engine $engine) }}
{{- end }}
{{- if not $values.embedding.model }}
{{- fail (printf "embedding.engine is %s and embedding.model is empty: name the model as %s knows it." $engine $engine) }}
{{- end }}
{{- end }}
{{- if and (eq $values.vectorDatabase "pgvector") (not $values.database.enabled) }}
{{- fail "vectorDatabase is pgvector and database.enabled is false: vectors would have no place. Set database.enabled, or vectorDatabase to chroma." }}
{{- end }}
{{- if and (eq $values.storage.provider "s3") (not (and $values.storage.s3.bucket $values.storage.s3.existingSecret)) }}
{{- fail "storage.provider is s3: set storage.s3.bucket and storage.s3.existingSecret." }}
{{- end }}
{{- range $name, $connection := $values.connections }}
{{- if $connection.url }}
{{- $url := urlParse $connection.url }}
{{- if not (and (has $url.scheme (list "http" "https")) $url.host (has $url.path (list "" "/"))) }}
{{- fail (printf "connections.%s.url is %q: write http or https, host and port, without a path." $name $connection.url) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
