{{/* Advice only: applying it would evict the pod, and with it a loaded model and its device. Takes root and app. */}}
{{- define "ai-app.verticalpodautoscaler" -}}
{{- if .root.Values.verticalPodAutoscaler.enabled }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
spec:
  targetRef:
    apiVersion: apps/v1
    kind: {{ default "Deployment" (default dict $app.workload).kind }}
    name: {{ include "ai-app.objectName" . }}
  # Advice only. Applying it would evict the pod.
  updatePolicy:
    updateMode: "Off"
  resourcePolicy:
    containerPolicies:
      - containerName: {{ default (include "ai-app.name" .root) $app.container.name }}
        controlledResources:
          - cpu
          - memory
        controlledValues: RequestsAndLimits
{{- end }}
{{- end }}
