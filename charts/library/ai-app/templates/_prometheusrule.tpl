{{/*
Alerts from cluster metrics and from the vendor's GPU exporter. The description gives
  title   begins the alerts' names and texts, e.g. Ollama
  advice  what to do, one sentence each: memory, ready, gpu, volume; each may be missing
  alerts  further rules in Prometheus' own form
Takes root and app.
*/}}
{{- define "ai-app.prometheusrule" -}}
{{- $root := .root }}
{{- $rule := $root.Values.prometheusRule }}
{{- if $rule.enabled }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $title := default ($root.Chart.Name | title) $app.title }}
{{- $advice := default dict $app.advice }}
{{- $name := include "ai-app.objectName" . }}
{{- $container := default (include "ai-app.name" $root) $app.container.name }}
{{- $pod := printf "namespace=\"%s\", pod=~\"%s-.*\"" $root.Release.Namespace $name }}
{{- $main := printf "%s, container=\"%s\"" $pod $container }}
{{- $alert := replace " " "" $title }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
    {{- with $rule.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  groups:
    - name: {{ printf "%s.%s" $root.Release.Namespace $name | quote }}
      rules:
        - alert: {{ $alert }}OutOfMemory
          expr: |-
            kube_pod_container_status_last_terminated_reason{{ print "{" }}{{ $main }}, reason="OOMKilled"} == 1
            and on (namespace, pod, container)
            increase(kube_pod_container_status_restarts_total{{ print "{" }}{{ $main }}}[1h]) > 0
          labels:
            severity: warning
          annotations:
            summary: {{ printf "%s was killed for memory" $title | quote }}
            description: {{ default "Raise resources.limits.memory." $advice.memory | quote }}
        {{- if $app.container.startupBudgetSeconds }}
        - alert: {{ $alert }}NotReady
          expr: |-
            max(kube_pod_container_status_ready{{ print "{" }}{{ $main }}}) == 0
          for: {{ add $app.container.startupBudgetSeconds 300 }}s
          labels:
            severity: warning
          annotations:
            summary: {{ printf "%s has not been ready for longer than a start may take" $title | quote }}
            description: {{ default "Look at the init containers first, then at the log." $advice.ready | quote }}
        {{- end }}
        {{- range $app.claims }}
        {{- $storage := index $root.Values.persistence . }}
        {{- if $storage.enabled }}
        {{- $claim := printf "namespace=\"%s\", persistentvolumeclaim=\"%s\"" $root.Release.Namespace (include "ai-app.claimName" (dict "root" $root "name" .)) }}
        - alert: {{ $alert }}{{ . | title }}VolumeFull
          expr: |-
            kubelet_volume_stats_used_bytes{{ print "{" }}{{ $claim }}} / kubelet_volume_stats_capacity_bytes{{ print "{" }}{{ $claim }}}
            > {{ $rule.volumeRatio }}
          for: 15m
          labels:
            severity: warning
          annotations:
            summary: {{ printf "The %s volume of %s is nearly full" . $title | quote }}
            description: {{ default (printf "Remove what is not needed, or raise persistence.%s.size if the class allows it." .) $advice.volume | quote }}
        {{- end }}
        {{- end }}
        {{- with include "ai-app.gpuAlerts" (dict "root" $root "title" $title "pod" $pod "advice" $advice) | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with $app.alerts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end }}
{{- end }}

{{/*
Alerts from the exporter of the vendor whose device is asked for. Intel has none: its exporter renamed its metrics.
Takes root, title, pod (label matchers) and advice.
*/}}
{{- define "ai-app.gpuAlerts" -}}
{{- $vendor := "none" }}
{{- with .root.Values.gpu }}
{{- $vendor = .vendor }}
{{- end }}
{{- $full := printf "> %v" .root.Values.prometheusRule.gpuMemoryRatio }}
{{- $alert := replace " " "" .title }}
{{- if eq $vendor "nvidia" }}
- alert: {{ $alert }}GpuMemoryFull
  # DCGM exporter
  expr: |-
    DCGM_FI_DEV_FB_USED{{ print "{" }}{{ .pod }}} / (DCGM_FI_DEV_FB_USED{{ print "{" }}{{ .pod }}} + DCGM_FI_DEV_FB_FREE{{ print "{" }}{{ .pod }}})
    {{ $full }}
  {{- include "ai-app.gpuMemoryAlert" . | nindent 2 }}
- alert: {{ $alert }}GpuXid
  # The gauge holds the last error and stays; only a change is news.
  expr: |-
    changes(DCGM_FI_DEV_XID_ERRORS{{ print "{" }}{{ .pod }}}[10m]) > 0 and DCGM_FI_DEV_XID_ERRORS{{ print "{" }}{{ .pod }}} != 0
  labels:
    severity: critical
  annotations:
    summary: The GPU driver reported an Xid error
    description: 13, 31, 43, 45, 68 and 109 come from the application; 48, 63, 64, 74, 79, 94 and 95 from the hardware.
{{- else if eq $vendor "amd" }}
- alert: {{ $alert }}GpuMemoryFull
  # AMD device metrics exporter
  expr: |-
    gpu_used_vram{{ print "{" }}{{ .pod }}} / gpu_total_vram{{ print "{" }}{{ .pod }}} {{ $full }}
  {{- include "ai-app.gpuMemoryAlert" . | nindent 2 }}
- alert: {{ $alert }}GpuUncorrectableErrors
  expr: |-
    increase(gpu_ecc_uncorrect_total{{ print "{" }}{{ .pod }}}[10m]) > 0
  labels:
    severity: critical
  annotations:
    summary: The GPU reported uncorrectable memory errors
    description: Drain the node and look at its kernel log.
{{- end }}
{{- end }}

{{- define "ai-app.gpuMemoryAlert" -}}
for: 15m
labels:
  severity: warning
annotations:
  summary: The memory of the GPU is full
  description: {{ default "Choose a smaller model, a shorter context or fewer requests at once." .advice.gpu | quote }}
{{- end }}
