{{/*
Environment of a container as Kubernetes writes it.

Takes env, a mapping: a text is a value, a mapping is what stands below `valueFrom` (secretKeyRef, fieldRef, ...).
References come first and values after them, each sorted by name, because "$(NAME)" in a value sees only what
stands above it.
*/}}
{{- define "ai-app.env" -}}
{{- range $name, $value := .env }}
{{- if kindIs "map" $value }}
- name: {{ $name }}
  valueFrom:
    {{- toYaml $value | nindent 4 }}
{{- end }}
{{- end }}
{{- range $name, $value := .env }}
{{- if not (kindIs "map" $value) }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Environment from several mappings of which later ones win. Set one by one and not merged: `merge` would take an empty
text for a missing one. Takes sources, a list.
*/}}
{{- define "ai-app.envOf" -}}
{{- $env := dict }}
{{- range .sources }}
{{- range $name, $value := . }}
{{- $_ := set $env $name $value }}
{{- end }}
{{- end }}
{{- include "ai-app.env" (dict "env" $env) }}
{{- end }}

{{/*
Environment of the main container: `env` of the values wins over the GPU's row, that over the description.
Takes root and container.
*/}}
{{- define "ai-app.mainEnv" -}}
{{- $row := include "ai-app.gpu" .root | fromYaml }}
{{- include "ai-app.envOf" (dict "sources" (list .container.env $row.env .root.Values.env)) }}
{{- with .root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
