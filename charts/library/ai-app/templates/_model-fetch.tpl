{{/*
Model delivery as a step that can be seen: an init container, or a Job when the claim is shared and has one writer.
What it brings is `models` of the values; a chart has it when it imports `modelFetch`.
*/}}

{{/*
"true" when this description's pods need models on their claim: `modelFetch` is imported, a model is declared that is
not an image, and `models` is one of the claims. Takes root and app.
*/}}
{{- define "ai-app.fetches" -}}
{{- include "ai-app.describe" . }}
{{- if and .root.Values.modelFetch (has "models" (default list .described.claims)) }}
{{- range .root.Values.models }}
{{- if not .image }}
{{- print "true" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* "true" when the pods fetch by themselves, and so need the outside. Takes root and app. */}}
{{- define "ai-app.fetchesHere" -}}
{{- if include "ai-app.fetches" . }}
{{- if and (eq .root.Values.modelFetch.mode "initContainer") (not .root.Values.persistence.models.readOnly) }}
{{- print "true" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Directory of the first model, or of the one that is named. Takes the chart's own context, or root and name. */}}
{{- define "ai-app.modelPath" -}}
{{- $root := default . .root }}
{{- include "ai-app.modelBelow" (dict "root" $root "path" (default (index $root.Values.models 0).name .name)) }}
{{- end }}

{{/*
Place of a path below the models: on the volume, or in the image where its first part names a model that is one. Takes
root and path.
*/}}
{{- define "ai-app.modelBelow" -}}
{{- $directory := .root.Values.persistence.models.mountPath }}
{{- $name := splitList "/" .path | first }}
{{- range .root.Values.models }}
{{- if and .image (eq .name $name) }}
{{- $directory = include "ai-app.modelImages" $.root }}
{{- end }}
{{- end }}
{{- printf "%s/%s" $directory .path }}
{{- end }}

{{/*
Where models that are images are mounted. Not below the claim: a mount there needs a directory on it, which a
read-only claim refuses. Takes the chart's own context.
*/}}
{{- define "ai-app.modelImages" -}}
{{- printf "%s-images" .Values.persistence.models.mountPath }}
{{- end }}

{{/*
Directory that an engine serves: engine.model below the models, else the first of `models`, else "model".
Takes the chart's own context.
*/}}
{{- define "ai-app.servedModel" -}}
{{- if .Values.engine.model }}
{{- include "ai-app.modelBelow" (dict "root" . "path" .Values.engine.model) }}
{{- else if .Values.models }}
{{- include "ai-app.modelPath" . }}
{{- else }}
{{- printf "%s/model" .Values.persistence.models.mountPath }}
{{- end }}
{{- end }}

{{/* Refuses replicas that could not mount the claim of the models. Takes the chart's own context. */}}
{{- define "ai-app.validateReplicas" -}}
{{- $claim := .Values.persistence.models }}
{{- $fetches := and .Values.models (ne .Values.modelFetch.mode "job") (not $claim.readOnly) }}
{{- if and (gt (int .Values.replicas) 1) $fetches (not (has "ReadWriteMany" $claim.accessModes)) }}
{{- fail (printf "replicas is %d and the claim of the models is %s: the second pod could not mount it. Use ReadWriteMany, best with modelFetch.mode: job, or install the chart again under another name." (int .Values.replicas) (join ", " $claim.accessModes)) }}
{{- end }}
{{- end }}

{{- define "ai-app.fetchName" -}}
{{- printf "%s-models" (include "ai-app.fullname" .) }}
{{- end }}

{{/*
What identifies one version of a model: the paths and checksums of its files, wherever they come from. Takes a model.
*/}}
{{- define "ai-app.modelVersion" -}}
{{- $lines := list }}
{{- range .files }}
{{- $lines = append $lines (printf "%s %s" .sha256 .path) }}
{{- end }}
{{- join "\n" $lines | sha256sum | trunc 16 }}
{{- end }}

{{/* The ConfigMap with the script and the lists, and in mode `job` the Job. Takes root and app. */}}
{{- define "ai-app.modelFetch" -}}
{{- $root := .root }}
{{- if include "ai-app.fetches" . }}
{{- $fetch := $root.Values.modelFetch }}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "ai-app.metadata" (merge (dict "name" (include "ai-app.fetchName" $root)) .) | nindent 2 }}
data:
  fetch-models.sh: |
    {{- include "ai-app.modelFetchScript" $root | nindent 4 }}
  # One model a line: name and version.
  models.txt: |
    {{- range $root.Values.models }}
    {{- if not .image }}
    {{ .name }} {{ include "ai-app.modelVersion" . }}
    {{- end }}
    {{- end }}
  {{- range $root.Values.models }}
  {{- if not .image }}
  {{- $base := .url }}
  {{- $auth := "-" }}
  {{- with .huggingFace }}
  {{- $base = printf "%s/%s/resolve/%s" (trimSuffix "/" $fetch.huggingFaceEndpoint) .repo .revision }}
  {{- $auth = "token" }}
  {{- end }}
  # One file a line: checksum, bytes ("-" when unknown), whether the token is sent, address, path.
  {{ .name }}.files: |
    {{- range .files }}
    {{ .sha256 }} {{ if .bytes }}{{ .bytes | int64 }}{{ else }}-{{ end }} {{ $auth }} {{ trimSuffix "/" $base }}/{{ .path }} {{ .path }}
    {{- end }}
  {{ .name }}.json: {{ omit . "files" | toJson | quote }}
  {{- end }}
  {{- end }}
{{- if eq $fetch.mode "job" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  # A Job cannot be changed: another list of models is another Job.
  {{- $lists := $root.Values.models | toJson | sha256sum | trunc 8 }}
  {{- include "ai-app.metadata" (merge (dict "name" (printf "%s-%s" (include "ai-app.fetchName" $root) $lists)) .) | nindent 2 }}
spec:
  backoffLimit: {{ $fetch.attempts }}
  template:
    metadata:
      labels:
        {{- include "ai-app.fetchLabels" $root | nindent 8 }}
    spec:
      restartPolicy: OnFailure
      {{- include "ai-app.podIdentity" $root | trim | nindent 6 }}
      securityContext:
        {{- include "ai-app.podSecurityContext" $root | nindent 8 }}
      containers:
        {{- include "ai-app.container" (dict "root" $root "container" (include "ai-app.fetchContainer" (dict "root" $root "do" "fetch") | fromYaml)) | trim | nindent 8 }}
      volumes:
        - name: models
          persistentVolumeClaim:
            claimName: {{ include "ai-app.claimName" (dict "root" $root "name" "models") }}
        {{- include "ai-app.fetchVolumes" $root | trim | nindent 8 }}
{{- if $root.Values.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "ai-app.metadata" (merge (dict "name" (include "ai-app.fetchName" $root)) .) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "ai-app.fetchLabels" $root | nindent 6 }}
  policyTypes:
    - Ingress
    - Egress
  egress:
    {{- include "ai-app.egress" (dict "root" $root "https" true) | trim | nindent 4 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Labels of the Job's pod; no Service selects them. Takes the chart's own context. */}}
{{- define "ai-app.fetchLabels" -}}
app.kubernetes.io/name: {{ include "ai-app.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: fetch-models
{{- end }}

{{/* The container that fetches, or that waits until another has fetched. Takes root and do: fetch or wait. */}}
{{- define "ai-app.fetchContainer" -}}
{{- $fetch := .root.Values.modelFetch }}
{{- $token := $fetch.tokenSecret }}
name: {{ .do }}-models
image: {{ include "ai-app.imageReference" $fetch.image | quote }}
imagePullPolicy: {{ $fetch.image.pullPolicy }}
command: [/bin/sh, /fetch/fetch-models.sh, {{ .do }}]
userEnv: true
env:
  MODELS_DIR: {{ .root.Values.persistence.models.mountPath | quote }}
  FETCH_ATTEMPTS: {{ $fetch.attempts | quote }}
  FETCH_TIMEOUT_SECONDS: {{ $fetch.timeoutSeconds | quote }}
  {{- if eq .do "fetch" }}
  {{- if or .root.Values.persistence.models.shared (eq $fetch.mode "job") }}
  FETCH_KEEP_OLD: "true"
  {{- end }}
  {{- if $token.name }}
  FETCH_TOKEN:
    secretKeyRef: {name: {{ $token.name | quote }}, key: {{ $token.key | quote }}}
  {{- end }}
  {{- end }}
resources:
  {{- toYaml $fetch.resources | nindent 2 }}
volumeMounts:
  {{- include "ai-app.claimMount" (dict "root" .root "name" "models" "readOnly" (eq .do "wait")) | nindent 2 }}
  - name: fetch
    mountPath: /fetch
    readOnly: true
  {{- with .root.Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* The first init container of a pod that needs models; nothing when it needs none. Takes root and app. */}}
{{- define "ai-app.fetchInit" -}}
{{- if include "ai-app.fetches" . }}
{{- $do := ternary "fetch" "wait" (include "ai-app.fetchesHere" . | not | not) }}
{{- $container := include "ai-app.fetchContainer" (dict "root" .root "do" $do) | fromYaml }}
{{- include "ai-app.container" (dict "root" .root "container" $container) }}
{{- end }}
{{- end }}

{{- define "ai-app.fetchVolumes" -}}
- name: fetch
  configMap:
    name: {{ include "ai-app.fetchName" . }}
{{- end }}

{{/* Models that are OCI images: mounted, not fetched. Takes root and app. */}}
{{- define "ai-app.modelImageVolumes" -}}
{{- include "ai-app.describe" . }}
{{- if and .root.Values.modelFetch (has "models" (default list .described.claims)) }}
{{- range $index, $model := .root.Values.models }}
{{- with $model.image }}
- name: model-{{ $index }}
  image:
    reference: {{ .reference | quote }}
    pullPolicy: {{ default "IfNotPresent" .pullPolicy }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "ai-app.modelImageMounts" -}}
{{- $root := .root }}
{{- range include "ai-app.modelImageVolumes" . | fromYamlArray }}
{{- $model := index $root.Values.models (trimPrefix "model-" .name | int) }}
- name: {{ .name }}
  mountPath: {{ include "ai-app.modelPath" (dict "root" $root "name" $model.name) | quote }}
  readOnly: true
{{- end }}
{{- end }}
