{{/*
The GPU. Each of these takes the chart's own context, except gpuResources. A chart that does not import `gpu` has
no `gpu` value, and then there is none.
*/}}

{{/* The row of the chosen vendor. */}}
{{- define "ai-app.gpu" -}}
{{- $gpu := .Values.gpu }}
{{- if $gpu }}
{{- toYaml (index $gpu.presets $gpu.vendor) }}
{{- else }}
{{- print "{}" }}
{{- end }}
{{- end }}

{{/* "true" when the chosen vendor has a device to ask for. */}}
{{- define "ai-app.hasDevice" -}}
{{- if (include "ai-app.gpu" . | fromYaml).resourceName }}
{{- print "true" }}
{{- end }}
{{- end }}

{{/* "true" when a larger /dev/shm is mounted: on request, and for processes on several devices. */}}
{{- define "ai-app.sharedMemory" -}}
{{- $several := and (include "ai-app.hasDevice" .) (gt (int .Values.gpu.count) 1) }}
{{- with .Values.gpu }}
{{- if or $several .sharedMemory }}
{{- print "true" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Resources of a container that uses the GPU. Takes root and resources. */}}
{{- define "ai-app.gpuResources" -}}
{{- $device := "" }}
{{- with .root.Values.gpu }}
{{- $device = (index .presets .vendor).resourceName }}
{{- end }}
{{- with .resources.requests }}
requests:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if or .resources.limits $device }}
limits:
  {{- with .resources.limits }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- if $device }}
  {{ $device }}: {{ .root.Values.gpu.count }}
  {{- end }}
{{- end }}
{{- end }}
