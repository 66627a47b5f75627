{{/*
How NVIDIA's device plugin shares devices: one file for each way. The GPU operator reads the ConfigMap that its
ClusterPolicy names, and a node chooses a file by the label nvidia.com/device-plugin.config.
*/}}
{{- define "ai-role.nvidiaSharing" -}}
{{- $sharing := .Values.nvidiaSharing -}}
{{- if $sharing.enabled }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $sharing.configMap }}
  namespace: {{ $sharing.namespace }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
data:
  {{- range $name, $config := $sharing.configs }}
  {{ $name }}: |
    version: v1
    flags:
      migStrategy: none
    {{- if ne $config.mode "exclusive" }}
    sharing:
      {{ $config.mode }}:
        {{- if eq $config.mode "timeSlicing" }}
        # The name stays, so that charts ask for it as before; node labels tell the shares apart.
        renameByDefault: false
        # Two shares may be one card: more than one is refused instead of pretended.
        failRequestsGreaterThanOne: true
        {{- end }}
        resources:
          - name: nvidia.com/gpu
            replicas: {{ $config.replicas }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{/*
Priorities. A server that is evicted pays a whole model load, so it goes before batch work, which in turn never
evicts anybody.
*/}}
{{- define "ai-role.priorityClasses" -}}
{{- range $name, $class := .Values.priorityClasses }}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: {{ $name }}
  labels:
    {{- include "ai-role.labels" $ | nindent 4 }}
  annotations:
    argocd.argoproj.io/sync-wave: "-5"
value: {{ int $class.value }}
preemptionPolicy: {{ $class.preemptionPolicy }}
globalDefault: false
description: {{ $class.description | quote }}
{{- end }}
{{- end -}}
