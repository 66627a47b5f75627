{{/*
Volumes and mounts. A description names them in three ways:
  claims   rows of `persistence` (models, data, ...), each a claim
  scratch  name, mountPath and size of an empty directory in the main container
  volumes  anything else, in Kubernetes' own form; mounted by container.volumeMounts
*/}}

{{/* Mounts of the main container. Takes root and app. */}}
{{- define "ai-app.mounts" -}}
{{- $root := .root }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- range $name := $app.claims }}
{{- $readOnly := (index $root.Values.persistence .).readOnly }}
{{- with $root.Values.modelFetch }}
{{- if and (eq $name "models") (eq .mode "job") }}
{{- $readOnly = true }}
{{- end }}
{{- end }}
{{ include "ai-app.claimMount" (dict "root" $root "name" $name "readOnly" $readOnly) }}
{{- end }}
{{- range $app.scratch }}
- name: {{ .name }}
  mountPath: {{ .mountPath | quote }}
{{- end }}
{{- with include "ai-app.modelImageMounts" . | trim }}
{{ . }}
{{- end }}
{{- if include "ai-app.sharedMemory" $root }}
- name: shared-memory
  mountPath: /dev/shm
{{- end }}
{{- with $app.container.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- with $root.Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* One mount of a claim. Takes root, name (a row of persistence) and readOnly. */}}
{{- define "ai-app.claimMount" -}}
{{- $storage := index .root.Values.persistence .name -}}
- name: {{ .name }}
  mountPath: {{ $storage.mountPath | quote }}
  {{- with $storage.subPath }}
  subPath: {{ . | quote }}
  {{- end }}
  {{- if .readOnly }}
  readOnly: true
  {{- end }}
{{- end }}

{{/* Volumes of the pod. Takes root and app. */}}
{{- define "ai-app.volumes" -}}
{{- $root := .root }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- range $app.claims }}
{{- $storage := index $root.Values.persistence . }}
- name: {{ . }}
  {{- if $storage.enabled }}
  persistentVolumeClaim:
    claimName: {{ include "ai-app.claimName" (dict "root" $root "name" .) }}
    {{- if $storage.readOnly }}
    readOnly: true
    {{- end }}
  {{- else }}
  emptyDir:
    sizeLimit: {{ $storage.size | quote }}
  {{- end }}
{{- end }}
{{- range $app.scratch }}
- name: {{ .name }}
  emptyDir:
    sizeLimit: {{ .size | quote }}
{{- end }}
{{- if include "ai-app.sharedMemory" $root }}
- name: shared-memory
  emptyDir:
    medium: Memory
    sizeLimit: {{ $root.Values.gpu.sharedMemorySize | quote }}
{{- end }}
{{- with include "ai-app.modelImageVolumes" . | trim }}
{{ . }}
{{- end }}
{{- if include "ai-app.fetches" . }}
{{ include "ai-app.fetchVolumes" $root | trim }}
{{- end }}
{{- if include "ai-app.proxiedHere" . }}
{{ include "ai-app.proxyVolumes" $root | trim }}
{{- end }}
{{- with $app.volumes }}
{{ toYaml . }}
{{- end }}
{{- with $root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
