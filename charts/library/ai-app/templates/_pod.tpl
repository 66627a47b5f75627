{{/* Security context of every pod: the common part and the platform's row. Takes the chart's own context. */}}
{{- define "ai-app.podSecurityContext" -}}
{{- $platform := include "ai-app.platformRow" . | fromYaml }}
{{- toYaml (merge (dict) .Values.podSecurityContext (default dict $platform.podSecurityContext)) }}
{{- end }}

{{/* What every pod of a release has, a test's too. Takes the chart's own context. */}}
{{- define "ai-app.podIdentity" -}}
{{- include "ai-app.podIdentityAs" (dict "root" . "account" (include "ai-app.serviceAccountName" .)) }}
{{- end }}

{{/* The same under another service account. Takes root and account. */}}
{{- define "ai-app.podIdentityAs" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
# Without this a Service called "ollama" puts OLLAMA_PORT=tcp://... into the environment of the process.
enableServiceLinks: false
{{- end }}

{{/* The pod template of a workload: metadata and spec. Takes root and app. */}}
{{- define "ai-app.podTemplate" -}}
{{- $root := .root }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $pod := default dict $app.pod }}
{{- $row := include "ai-app.gpu" $root | fromYaml }}
metadata:
  labels:
    {{- include "ai-app.selectorLabels" . | nindent 4 }}
    {{- with merge (dict) $root.Values.podLabels (default dict $pod.labels) $root.Values.commonLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: {{ default (include "ai-app.name" $root) $app.container.name }}
    {{- if $root.Values.modelFetch }}
    # A changed list of models is fetched when the pod starts.
    checksum/models: {{ toJson $root.Values.models | sha256sum }}
    {{- end }}
    {{- with merge (dict) $root.Values.podAnnotations (default dict $pod.annotations) }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- $account := default (include "ai-app.serviceAccountName" $root) $pod.serviceAccountName }}
  {{- include "ai-app.podIdentityAs" (dict "root" $root "account" $account) | trim | nindent 2 }}
  {{- with $pod.restartPolicy }}
  restartPolicy: {{ . }}
  {{- end }}
  securityContext:
    {{- include "ai-app.podSecurityContext" $root | nindent 4 }}
    {{- with concat (default list $row.supplementalGroups) (default list $pod.supplementalGroups) }}
    supplementalGroups:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  terminationGracePeriodSeconds: {{ $root.Values.shutdown.gracePeriodSeconds }}
  {{- with $root.Values.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with include "ai-app.scheduling" $root | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with $pod.spec }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- $fetch := include "ai-app.fetchInit" . | trim }}
  {{- if or $fetch $app.initContainers }}
  initContainers:
    {{- with $fetch }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- range $app.initContainers }}
    {{- include "ai-app.container" (dict "root" $root "container" .) | trim | nindent 4 }}
    {{- end }}
  {{- end }}
  containers:
    {{- include "ai-app.mainContainer" . | trim | nindent 4 }}
    {{- range $app.containers }}
    {{- include "ai-app.container" (dict "root" $root "container" .) | trim | nindent 4 }}
    {{- end }}
    {{- if include "ai-app.proxiedHere" . }}
    {{- include "ai-app.proxyContainer" $root | trim | nindent 4 }}
    {{- end }}
  {{- with include "ai-app.volumes" . | trim }}
  volumes:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}
