{{/* Caps what the namespace may ask for. Takes root and app. */}}
{{- define "ai-app.resourcequota" -}}
{{- $root := .root }}
{{- $quota := $root.Values.resourceQuota }}
{{- if $quota.enabled }}
apiVersion: v1
kind: ResourceQuota
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
spec:
  hard:
    {{- with (include "ai-app.gpu" $root | fromYaml).resourceName }}
    # Extended resources are counted under "requests." and no other prefix.
    requests.{{ . }}: {{ default $root.Values.gpu.count $quota.gpuCount | quote }}
    {{- end }}
    {{- with $quota.hard }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end }}
