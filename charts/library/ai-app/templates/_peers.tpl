{{/*
Rules of egress to what an app depends on, for `network.egress` of a description.
*/}}

{{/*
One rule. Takes
  host   of a Service, as the app calls it; with or without port
  port   that the pods behind it listen on, which is what a policy sees
  peers  NetworkPolicy peers, where the pods are; empty: the namespace that the host names, or the app's own
*/}}
{{- define "ai-app.egressTo" -}}
- to:
    {{- with .peers }}
    {{- toYaml . | nindent 4 }}
    {{- else }}
    {{- include "ai-app.peersOfHost" .host | nindent 4 }}
    {{- end }}
  ports:
    - port: {{ .port }}
      protocol: TCP
{{- end }}

{{/* `name.namespace.svc[...]` means the pods of that namespace, any other host those of the app's own. */}}
{{- define "ai-app.peersOfHost" -}}
{{- $parts := splitList "." (first (splitList ":" .)) }}
{{- if and (gt (len $parts) 2) (eq (index $parts 2) "svc") -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ index $parts 1 }}
{{- else -}}
- podSelector: {}
{{- end }}
{{- end }}
