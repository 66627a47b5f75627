{{- define "litellm.validate" -}}
{{- $values := .Values }}
{{- if gt (int $values.replicas) 1 }}
{{- if not (and $values.database.enabled $values.redis.enabled) }}
{{- fail (printf "replicas is %d: without database and Redis each pod would count limits and budgets for itself, and keys made in one would be unknown to the others. Set database.enabled and redis.enabled, or replicas to 1." (int $values.replicas)) }}
{{- end }}
{{- end }}
{{- if and $values.externalSecret.enabled (not $values.auth.existingSecret) }}
{{- if not $values.externalSecret.masterKey.key }}
{{- fail "externalSecret.enabled is true and externalSecret.masterKey.key is empty: name the entry of the store that holds the administrator's key, or set auth.existingSecret." }}
{{- end }}
{{- if and $values.database.enabled (not $values.externalSecret.saltKey.key) }}
{{- fail "externalSecret.enabled is true and externalSecret.saltKey.key is empty: credentials in the database would be encrypted with the master key and lost when that changes. Name the entry of the store that holds the salt key." }}
{{- end }}
{{- end }}
{{- if and $values.privacy.promptsInSpendLogs (not $values.privacy.messageLogging) }}
{{- fail "privacy.promptsInSpendLogs is true and privacy.messageLogging is false: LiteLLM then keeps the request's body although it claims to redact it. Choose one: both true, or both false." }}
{{- end }}
{{- range $name, $engine := $values.engines }}
{{- $url := urlParse $engine.url }}
{{- if not (and (has $url.scheme (list "http" "https")) $url.host (has $url.path (list "" "/"))) }}
{{- fail (printf "engines.%s.url is %q: write http or https, host and port, without a path; the chart adds the one that the engine's type has." $name $engine.url) }}
{{- end }}
{{- end }}
{{- range list "LITELLM_MASTER_KEY" "LITELLM_SALT_KEY" "DATABASE_URL" "DISABLE_SCHEMA_UPDATE" }}
{{- if hasKey $values.env . }}
{{- fail (printf "env.%s is set by the chart from a Secret or by its own rule: use auth, database or migration." .) }}
{{- end }}
{{- end }}
{{- if and $values.podMonitor.enabled (eq (int $values.metrics.port) (int $values.port)) }}
{{- fail "metrics.port and port are the same: metrics are served without a key and need a port of their own." }}
{{- end }}
{{- end }}
