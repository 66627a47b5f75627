{{/* Alerts from the gateway's own metrics, which podMonitor.enabled scrapes. */}}
{{- define "litellm.alerts" -}}
{{- if .Values.podMonitor.enabled }}
{{- $pod := printf "{namespace=\"%s\", pod=~\"%s-.*\"}" .Release.Namespace (include "ai-app.fullname" .) }}
- alert: LiteLLMModelDown
  expr: max by (litellm_model_name) (litellm_deployment_state{{ $pod }}) == 2
  for: 10m
  labels: {severity: warning}
  annotations:
    summary: {{ "The model {{ $labels.litellm_model_name }} fails for every caller" | quote }}
    description: Look at the engine behind it, then at the network policy between gateway and engine.
- alert: LiteLLMRequestsFail
  expr: |-
    sum(rate(litellm_proxy_failed_requests_metric_total{{ $pod }}[10m]))
    / sum(rate(litellm_proxy_total_requests_metric_total{{ $pod }}[10m])) > 0.1
  for: 15m
  labels: {severity: warning}
  annotations:
    summary: More than a tenth of the requests to the gateway fail
    description: Refused keys and exceeded limits count as well; the label exception_class tells them apart.
{{- end }}
{{- end }}
