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

{{/* Not empty when a URL is asked over https and names a host outside the cluster. Takes url and peers. */}}
{{- define "ai-app.outsideUrl" -}}
{{- $url := urlParse (default "" .url) }}
{{- if and (eq $url.scheme "https") (not (contains ".svc" $url.host)) (not .peers) }}
{{- $url.host }}
{{- end }}
{{- end }}

{{/* The rule for a URL of a Service. Takes url, podPort and peers; the last two may be empty. */}}
{{- define "ai-app.egressToUrl" -}}
{{- $url := urlParse .url }}
{{- $port := eq $url.scheme "https" | ternary "443" "80" }}
{{- if contains ":" $url.host }}
{{- $port = last (splitList ":" $url.host) }}
{{- end }}
{{- include "ai-app.egressTo" (dict "host" $url.host "port" (default $port .podPort) "peers" .peers) }}
{{- end }}
