{{/* One claim for each entry of `claims` that asks for one. Takes root and app. */}}
{{- define "ai-app.persistentvolumeclaim" -}}
{{- $root := .root }}
{{- $app := .app }}
{{- include "ai-app.describe" . }}
{{- range .described.claims }}
{{- $storage := index $root.Values.persistence . }}
{{- if and $storage.enabled (not $storage.existingClaim) }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "ai-app.metadata" (dict "root" $root "app" $app "described" $.described "name" (include "ai-app.claimName" (dict "root" $root "name" .))) | nindent 2 }}
  {{- if or $storage.keep $storage.annotations }}
  annotations:
    {{- if $storage.keep }}
    helm.sh/resource-policy: keep
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
    {{- end }}
    {{- with $storage.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
spec:
  accessModes:
    {{- toYaml $storage.accessModes | nindent 4 }}
  {{- with $storage.storageClass }}
  storageClassName: {{ . | quote }}
  {{- end }}
  resources:
    requests:
      storage: {{ $storage.size | quote }}
{{- end }}
{{- end }}
{{- end }}
