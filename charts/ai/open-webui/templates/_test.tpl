{{/* The container of `helm test`: ready, and nothing for a visitor who has not signed in. */}}
{{- define "open-webui.test" -}}
{{- include "ai-app.testStatus" (dict "root" . "port" .Values.port "expected" (dict "/ready" 200 "/api/models" 401)) }}
{{- end }}
