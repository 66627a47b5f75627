{{/*
Containers.

A container is described in Kubernetes' own form, with these differences:
  image, imagePullPolicy, securityContext  the app's, unless given
  env                                      a mapping, see ai-app.env
  gpu: true                                adds the chosen vendor's device to resources.limits
A container of the app's own image also gets the environment of the GPU's row (of the row `none` without gpu: true,
so that no device is handed to it by the way) and `env` and `extraEnv` of the values, for example the address of an
outbound proxy; a container of another image gets these two with userEnv: true.
*/}}

{{/*
A further container or init container. Takes root, container, and bare: true for one without the values' own `env`.
*/}}
{{- define "ai-app.container" -}}
{{- $c := .container }}
{{- $values := .root.Values }}
{{- if not $c.resources }}
{{- fail (printf "container %q has no resources" $c.name) }}
{{- end }}
- name: {{ $c.name }}
  image: {{ default (include "ai-app.image" .root) $c.image | quote }}
  imagePullPolicy: {{ default $values.image.pullPolicy $c.imagePullPolicy }}
  {{- with omit $c "name" "image" "imagePullPolicy" "env" "userEnv" "gpu" "resources" "securityContext" }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- $sources := list $c.env }}
  {{- $users := and (not .bare) (or (not $c.image) $c.userEnv) }}
  {{- if $users }}
  {{- $sources = prepend $sources $values.env }}
  {{- end }}
  {{- if and $values.gpu (not $c.image) }}
  {{- $sources = prepend $sources (index $values.gpu.presets (ternary $values.gpu.vendor "none" (default false $c.gpu))).env }}
  {{- end }}
  {{- $env := include "ai-app.envOf" (dict "sources" $sources) | trim }}
  {{- $extra := ternary $values.extraEnv list $users }}
  {{- if or $env $extra }}
  env:
    {{- with $env }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with $extra }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  securityContext:
    {{- toYaml (default $values.containerSecurityContext $c.securityContext) | nindent 4 }}
  resources:
    {{- if $c.gpu }}
    {{- include "ai-app.gpuResources" (dict "root" .root "resources" $c.resources) | trim | nindent 4 }}
    {{- else }}
    {{- toYaml $c.resources | nindent 4 }}
    {{- end }}
{{- end }}

{{/* The container that the chart is about. Takes root and app. */}}
{{- define "ai-app.mainContainer" -}}
{{- $root := .root }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $c := $app.container }}
{{- $values := $root.Values }}
- name: {{ default (include "ai-app.name" $root) $c.name }}
  image: {{ default (include "ai-app.image" $root) $c.image | quote }}
  imagePullPolicy: {{ $values.image.pullPolicy }}
  {{- with omit $c "name" "image" "env" "gpu" "ports" "probes" "startupBudgetSeconds" "drain" "resources" "volumeMounts" }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with $c.ports }}
  ports:
    {{- range . }}
    - name: {{ .name }}
      containerPort: {{ .containerPort }}
      protocol: {{ default "TCP" .protocol }}
    {{- end }}
  {{- end }}
  {{- with include "ai-app.mainEnv" (dict "root" $root "container" $c) | trim }}
  env:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with include "ai-app.probes" (dict "root" $root "container" $c) | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- if $c.drain }}
  lifecycle:
    {{- include "ai-app.drain" $root | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml $values.containerSecurityContext | nindent 4 }}
  resources:
    {{- if eq (toString $c.gpu) "false" }}
    {{- toYaml (default $values.resources $c.resources) | nindent 4 }}
    {{- else }}
    {{- include "ai-app.gpuResources" (dict "root" $root "resources" (default $values.resources $c.resources)) | trim | nindent 4 }}
    {{- end }}
  {{- with include "ai-app.mounts" . | trim }}
  volumeMounts:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}

{{/*
Before it is told to stop, a container waits until the pod has left the Services and running requests have ended.
Takes the chart's own context.
*/}}
{{- define "ai-app.drain" -}}
preStop:
  exec:
    command:
      - sleep
      - {{ .Values.shutdown.drainSeconds | quote }}
{{- end }}
