{{/* Where the pod may run: runtime class, node selector, affinity, tolerations. Takes the chart's own context. */}}
{{- define "ai-app.scheduling" -}}
{{- $row := include "ai-app.gpu" . | fromYaml }}
{{- with $row.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $labels := list }}
{{- with .Values.gpu }}
{{- if .nodeAffinity.enabled }}
{{- $labels = default list $row.nodeLabels }}
{{- end }}
{{- end }}
{{- if or .Values.affinity $labels }}
affinity:
  {{- if $labels }}
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      # One term for each spelling of the label; terms are alternatives.
      nodeSelectorTerms:
        {{- range $labels }}
        - matchExpressions:
            - key: {{ .key | quote }}
              operator: In
              values:
                - {{ default "true" .value | quote }}
        {{- end }}
  {{- end }}
  {{- with .Values.affinity }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- if or .Values.tolerations $row.tolerations }}
tolerations:
  {{- with $row.tolerations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .Values.tolerations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/*
Spread of the pods of one component, from `topologySpread` of the chart's values, as topologySpreadConstraints of the
pod. Takes root and component.
*/}}
{{- define "ai-app.topologySpread" -}}
topologySpreadConstraints:
  {{- range .root.Values.topologySpread }}
  - {{ toYaml . | nindent 4 | trim }}
    labelSelector:
      matchLabels:
        app.kubernetes.io/name: {{ include "ai-app.name" $.root }}
        app.kubernetes.io/instance: {{ $.root.Release.Name }}
        app.kubernetes.io/component: {{ $.component }}
    # Pods of an older version do not count.
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
