{{/*
Only from two replicas on: with one it could do nothing but block the maintenance of nodes. Takes root and app.
*/}}
{{- define "ai-app.poddisruptionbudget" -}}
{{- include "ai-app.describe" . }}
{{- $workload := default dict .described.workload }}
{{- if gt (int $workload.replicas) 1 }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "ai-app.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}
