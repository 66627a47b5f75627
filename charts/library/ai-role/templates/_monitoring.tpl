{{/*
What no single chart can see: devices that are broken, missing, all taken, or reserved and idle. The charts have
alerts of their own for their pods.
*/}}
{{- define "ai-role.monitoring" -}}
{{- $monitoring := .Values.monitoring -}}
{{- if $monitoring.enabled }}
{{- with $monitoring.exporter }}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ include "ai-role.name" $ }}-gpu-exporter
  namespace: {{ .namespace }}
  labels:
    {{- include "ai-role.labels" $ | nindent 4 }}
    {{- with $monitoring.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels:
      {{- toYaml .matchLabels | nindent 6 }}
  endpoints:
    - port: {{ .port }}
      interval: {{ .interval }}
      # The exporter names the pod that holds the device. Without this Prometheus would put the exporter's own
      # namespace and pod in their place, and no alert of a chart would ever match.
      honorLabels: true
---
{{- end }}
{{- /* OpenShift's monitoring for users lets a rule see its own namespace only; what is about the cluster is an
AlertingRule of its core. */}}
apiVersion: {{ get (dict "PrometheusRule" "monitoring.coreos.com/v1" "AlertingRule" "monitoring.openshift.io/v1") $monitoring.ruleKind }}
kind: {{ $monitoring.ruleKind }}
metadata:
  name: {{ include "ai-role.name" . }}-gpus
  namespace: {{ $monitoring.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
    {{- with $monitoring.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  groups:
    - name: {{ include "ai-role.name" . }}-gpus
      rules:
        {{- range $resource := $monitoring.resources }}
        {{- $metric := regexReplaceAll "[^a-zA-Z0-9]" $resource "_" }}
        - alert: GpuNotAllocatable
          expr: |-
            kube_node_status_capacity{resource="{{ $metric }}"}
            - on (node) kube_node_status_allocatable{resource="{{ $metric }}"} > 0
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: {{ printf "A node holds %s that it does not offer" $resource | quote }}
            description: The device plugin marked a device as unhealthy. Look at its log and at the node's kernel log.
        - alert: GpuAllTaken
          expr: |-
            sum(kube_pod_container_resource_requests{resource="{{ $metric }}"} and on (namespace, pod) kube_pod_status_phase{phase="Running"} == 1)
            >= sum(kube_node_status_allocatable{resource="{{ $metric }}"})
            and on () count(kube_pod_container_resource_requests{resource="{{ $metric }}"} and on (namespace, pod) kube_pod_status_phase{phase="Pending"} == 1) > 0
          for: 30m
          labels:
            severity: warning
          annotations:
            summary: {{ printf "All of %s is taken, and pods wait for it" $resource | quote }}
            description: Look at GpuIdle for holders that do not use theirs.
        {{- end }}
        {{- if eq $monitoring.vendor "nvidia" }}
        - alert: GpuXid
          # The gauge holds the last error for ever; only a change is news. 13, 31, 43, 45, 68 and 109 come from
          # applications, and their charts report them.
          expr: |-
            changes(DCGM_FI_DEV_XID_ERRORS[10m]) > 0
            unless DCGM_FI_DEV_XID_ERRORS == 0 unless DCGM_FI_DEV_XID_ERRORS == 13 unless DCGM_FI_DEV_XID_ERRORS == 31
            unless DCGM_FI_DEV_XID_ERRORS == 43 unless DCGM_FI_DEV_XID_ERRORS == 45 unless DCGM_FI_DEV_XID_ERRORS == 68
            unless DCGM_FI_DEV_XID_ERRORS == 109
          labels:
            severity: critical
          annotations:
            summary: The driver reported an Xid error of the hardware
            description: Drain the node and look at its kernel log. 79 means that the card has left the bus.
        - alert: GpuIdle
          expr: |-
            max_over_time(DCGM_FI_DEV_GPU_UTIL{pod!=""}[24h]) < 5
          for: 1h
          labels:
            severity: info
          annotations:
            summary: A pod has held a GPU for a day and not used it
            description: Stop it, or give it a share of a card.
        - alert: GpuMemoryFull
          expr: |-
            DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE) > {{ $monitoring.memoryRatio }}
          for: 30m
          labels:
            severity: info
          annotations:
            summary: The memory of a GPU is full
            description: Usual for vLLM, which takes its share at the start; for others layers run on the CPU.
        {{- else if eq $monitoring.vendor "amd" }}
        - alert: GpuUncorrectableErrors
          expr: |-
            increase(gpu_ecc_uncorrect_total[10m]) > 0
          labels:
            severity: critical
          annotations:
            summary: A GPU reported uncorrectable memory errors
            description: Drain the node and look at its kernel log.
        - alert: GpuIdle
          expr: |-
            max_over_time(gpu_gfx_activity{pod!=""}[24h]) < 5
          for: 1h
          labels:
            severity: info
          annotations:
            summary: A pod has held a GPU for a day and not used it
            description: Stop it, or lend the card to somebody else.
        - alert: GpuMemoryFull
          expr: |-
            gpu_used_vram / gpu_total_vram > {{ $monitoring.memoryRatio }}
          for: 30m
          labels:
            severity: info
          annotations:
            summary: The memory of a GPU is full
            description: Layers that do not fit run on the CPU.
        {{- end }}
{{- end }}
{{- end -}}
