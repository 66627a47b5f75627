{{/* The container of `helm test`: ready, and no way in without a key. */}}
{{- define "litellm.test" -}}
{{- include "ai-app.testStatus" (dict "root" . "port" .Values.port "expected" (dict "/health/readiness" 200 "/v1/models" 401)) }}
{{- end }}
