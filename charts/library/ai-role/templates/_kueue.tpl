{{/*
Queues for training: a flavour for each kind of node, one pool of quota, and a queue in each namespace that may
use it. Everything that a job asks for must be covered, or Kueue admits what can never run.
*/}}
{{- define "ai-role.kueue" -}}
{{- $kueue := .Values.kueue -}}
{{- if $kueue.enabled }}
{{- range $name, $flavor := $kueue.flavors }}
---
apiVersion: {{ $kueue.apiVersion }}
kind: ResourceFlavor
metadata:
  name: {{ $name }}
  labels:
    {{- include "ai-role.labels" $ | nindent 4 }}
  annotations:
    argocd.argoproj.io/sync-wave: "-3"
spec:
  nodeLabels:
    {{- toYaml $flavor.nodeLabels | nindent 4 }}
  {{- with $flavor.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
---
apiVersion: {{ $kueue.apiVersion }}
kind: ClusterQueue
metadata:
  name: {{ $kueue.clusterQueue }}
  labels:
    {{- include "ai-role.labels" . | nindent 4 }}
  annotations:
    argocd.argoproj.io/sync-wave: "-2"
spec:
  namespaceSelector:
    matchLabels:
      app.kubernetes.io/part-of: {{ include "ai-role.name" . }}
  queueingStrategy: BestEffortFIFO
  preemption:
    # A more important job may stop a less important one of this queue; it goes on from its checkpoint.
    withinClusterQueue: LowerPriority
  resourceGroups:
    - coveredResources:
        {{- toYaml $kueue.coveredResources | nindent 8 }}
      flavors:
        {{- range $name, $flavor := $kueue.flavors }}
        - name: {{ $name }}
          resources:
            {{- range $kueue.coveredResources }}
            - name: {{ . }}
              nominalQuota: {{ get $flavor.quota . | required (printf "kueue.flavors.%s.quota lacks %s" $name .) | quote }}
            {{- end }}
        {{- end }}
{{- range include "ai-role.ownNamespaces" . | fromYamlArray }}
---
# The queue must be there before the first job, and a queue needs its namespace. The app's own Application then
# leaves the namespace alone.
apiVersion: v1
kind: Namespace
metadata:
  name: {{ . }}
  labels:
    {{- include "ai-role.namespaceLabels" $ | nindent 4 }}
    {{- $level := include "ai-role.podSecurity" (dict "root" $ "namespace" .) }}
    pod-security.kubernetes.io/enforce: {{ $level }}
    pod-security.kubernetes.io/warn: {{ $level }}
  annotations:
    argocd.argoproj.io/sync-wave: "-5"
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
{{- end }}
{{- range $kueue.localQueues }}
---
apiVersion: {{ $kueue.apiVersion }}
kind: LocalQueue
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "ai-role.labels" $ | nindent 4 }}
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
spec:
  clusterQueue: {{ $kueue.clusterQueue }}
{{- end }}
{{- end }}
{{- end -}}
