{{/*
One ExternalSecret for each entry of `secrets` of the description whose keys name a place in the store:
  name  of the Secret that is made
  keys  list of secretKey (key in the Secret) and remote (key, property, version: the place in the store)
Keys with an empty remote.key are left out, and so is a Secret without keys. The proxy's token is added by itself.
Takes root and app.
*/}}
{{- define "ai-app.externalsecret" -}}
{{- $root := .root }}
{{- $store := $root.Values.externalSecret }}
{{- if $store.enabled }}
{{- include "ai-app.describe" . }}
{{- $secrets := default list .described.secrets }}
{{- if and (include "ai-app.proxiedHere" .) (not $root.Values.proxy.auth.existingSecret) }}
{{- $token := dict "secretKey" $root.Values.proxy.auth.secretKey "remote" $store.token }}
{{- $secrets = prepend $secrets (dict "name" (include "ai-app.tokenSecret" $root) "keys" (list $token)) }}
{{- end }}
{{- range $secret := $secrets }}
{{- $keys := list }}
{{- range $secret.keys }}
{{- if .remote.key }}
{{- $keys = append $keys . }}
{{- end }}
{{- end }}
{{- if $keys }}
---
apiVersion: {{ $store.apiVersion }}
kind: ExternalSecret
metadata:
  {{- include "ai-app.metadata" (dict "root" $root "app" $.app "described" $.described "name" $secret.name) | nindent 2 }}
spec:
  refreshInterval: {{ $store.refreshInterval }}
  secretStoreRef:
    name: {{ $store.store.name | quote }}
    kind: {{ $store.store.kind }}
  target:
    name: {{ $secret.name }}
    creationPolicy: Owner
    deletionPolicy: Retain
  data:
    {{- range $keys }}
    - secretKey: {{ .secretKey | quote }}
      remoteRef:
        key: {{ .remote.key | quote }}
        {{- with .remote.property }}
        property: {{ . | quote }}
        {{- end }}
        {{- with .remote.version }}
        version: {{ . | quote }}
        {{- end }}
    {{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
