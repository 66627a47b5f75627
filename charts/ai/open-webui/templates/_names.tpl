{{/* Name of the Secret with keys and passwords. */}}
{{- define "open-webui.keysSecret" -}}
{{- default (printf "%s-keys" (include "ai-app.fullname" .)) .Values.auth.existingSecret }}
{{- end }}

{{/* Address in the browser, without a slash at the end; empty while nothing leads to it. */}}
{{- define "open-webui.address" -}}
{{- $values := .Values }}
{{- if $values.publicUrl }}
{{- trimSuffix "/" $values.publicUrl }}
{{- else if and $values.route.enabled $values.route.host }}
{{- printf "https://%s" $values.route.host }}
{{- else if and $values.ingress.enabled $values.ingress.host }}
{{- printf "https://%s" $values.ingress.host }}
{{- else if and $values.httpRoute.enabled $values.httpRoute.hostnames }}
{{- printf "https://%s" (first $values.httpRoute.hostnames) }}
{{- end }}
{{- end }}

{{/* What External Secrets brings. */}}
{{- define "open-webui.secrets" -}}
{{- $auth := .Values.auth }}
{{- $from := .Values.externalSecret }}
{{- if not $auth.existingSecret }}
- name: {{ include "open-webui.keysSecret" . }}
  keys:
    - {secretKey: {{ $auth.secretKeyEntry | quote }}, remote: {{ toJson $from.secretKey }}}
    - {secretKey: {{ $auth.admin.passwordEntry | quote }}, remote: {{ toJson $from.adminPassword }}}
    - {secretKey: {{ .Values.connections.gateway.keyEntry | quote }}, remote: {{ toJson $from.gatewayKey }}}
    - {secretKey: {{ $auth.oidc.clientSecretEntry | quote }}, remote: {{ toJson $from.oidcClientSecret }}}
{{- end }}
{{- include "ai-app.databaseSecrets" . }}
{{- include "ai-app.redisSecrets" . }}
{{- end }}
