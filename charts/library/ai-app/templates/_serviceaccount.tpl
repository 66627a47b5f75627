{{/* The pods talk to no Kubernetes API: no token is mounted, no role is bound. Takes root and app. */}}
{{- define "ai-app.serviceaccount" -}}
{{- $account := .root.Values.serviceAccount }}
{{- if $account.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "ai-app.metadata" (merge (dict "name" (include "ai-app.serviceAccountName" .root)) .) | nindent 2 }}
  {{- with $account.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end }}
{{- end }}
