{{/*
Workloads. Each takes root and app; `workload` of the description holds
  replicas  pods of a Deployment or StatefulSet; default 1
  strategy  Recreate (default: a pod that holds a device or a volume cannot stand beside its successor) or
            RollingUpdate, for a Deployment
  spec      further fields of the workload's spec in Kubernetes' own form
  labels, annotations  of the workload itself, for example Kueue's queue or Helm's hooks of a Job
  prepareSeconds  what init containers of the chart's own may take, for progressDeadlineSeconds
*/}}

{{- define "ai-app.workloadMetadata" -}}
{{- include "ai-app.describe" . }}
{{- $workload := default dict .described.workload }}
{{- include "ai-app.metadata" . }}
{{- with $workload.labels }}
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $workload.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "ai-app.deployment" -}}
{{- include "ai-app.describe" . }}
{{- $workload := default dict .described.workload }}
{{- $strategy := default "Recreate" $workload.strategy }}
{{- include "ai-app.describe" . }}
{{- $seconds := add (int $workload.prepareSeconds) (int .described.container.startupBudgetSeconds) 300 }}
{{- with .root.Values.modelFetch }}
{{- $seconds = add $seconds (mul (len $.root.Values.models) (int .timeoutSeconds)) }}
{{- end }}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "ai-app.workloadMetadata" . | nindent 2 }}
spec:
  {{- if not $workload.autoscaled }}
  replicas: {{ if hasKey $workload "replicas" }}{{ $workload.replicas }}{{ else }}1{{ end }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    type: {{ $strategy }}
    {{- if eq $strategy "RollingUpdate" }}
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
    {{- end }}
  # Fetching and starting may take this long before the rollout counts as stuck.
  progressDeadlineSeconds: {{ $seconds }}
  {{- with $workload.spec }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "ai-app.selectorLabels" . | nindent 6 }}
  template:
    {{- include "ai-app.podTemplate" . | trim | nindent 4 }}
{{- end }}

{{- define "ai-app.statefulset" -}}
{{- include "ai-app.describe" . }}
{{- $workload := default dict .described.workload }}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "ai-app.workloadMetadata" . | nindent 2 }}
spec:
  replicas: {{ if hasKey $workload "replicas" }}{{ $workload.replicas }}{{ else }}1{{ end }}
  revisionHistoryLimit: 3
  serviceName: {{ include "ai-app.objectName" . }}
  {{- with $workload.spec }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "ai-app.selectorLabels" . | nindent 6 }}
  template:
    {{- include "ai-app.podTemplate" . | trim | nindent 4 }}
{{- end }}

{{/* The pod's restartPolicy is `pod.restartPolicy`, Never or OnFailure; a Job has no default that is right. */}}
{{- define "ai-app.job" -}}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $workload := default dict $app.workload }}
{{- if not (has (default "" (default dict $app.pod).restartPolicy) (list "Never" "OnFailure")) }}
{{- fail (printf "template %q describes a Job and its pod.restartPolicy is neither Never nor OnFailure" .app) }}
{{- end }}
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "ai-app.workloadMetadata" . | nindent 2 }}
spec:
  {{- with $workload.spec }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  template:
    {{- include "ai-app.podTemplate" . | trim | nindent 4 }}
{{- end }}
