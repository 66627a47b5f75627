{{/* Takes registry, repository, tag and digest; the empty ones are left out. */}}
{{- define "ai-app.imageReference" -}}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/*
The app's image in the variant that the GPU needs. Takes the chart's own context.
image.digest belongs to the variant without a GPU; one that differs from it has its own digest in its row.
*/}}
{{- define "ai-app.image" -}}
{{- $variant := (include "ai-app.gpu" . | fromYaml).image | default dict }}
{{- $plain := $variant }}
{{- with .Values.gpu }}
{{- $plain = .presets.none.image }}
{{- end }}
{{- $image := .Values.image }}
{{- $repository := default $image.repository $variant.repository }}
{{- $tag := printf "%s%s%s" (default "" $variant.tagPrefix) (default .Chart.AppVersion $image.tag) (default "" $variant.tagSuffix) }}
{{- $digest := default "" $variant.digest }}
{{- if and (not $digest) (eq (omit $variant "digest" | toJson) (omit $plain "digest" | toJson)) }}
{{- $digest = default "" $image.digest }}
{{- end }}
{{- include "ai-app.imageReference" (dict "registry" (default $image.registry $variant.registry) "repository" $repository "tag" $tag "digest" $digest) }}
{{- end }}
