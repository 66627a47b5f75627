{{/*
PostgreSQL of the cluster, group `database` of the values. Where it is and who may use it stands in a Secret, by
default under the names that CloudNativePG gives; an operator, External Secrets or a person makes it.
*/}}

{{/* Name of the Secret. Takes the chart's own context. */}}
{{- define "ai-app.databaseSecret" -}}
{{- $database := .Values.database }}
{{- if $database.existingSecret }}
{{- $database.existingSecret }}
{{- else if $database.cloudNativePG.enabled }}
{{- include "ai-app.databaseName" . }}-app
{{- else }}
{{- include "ai-app.databaseName" . }}
{{- end }}
{{- end }}

{{/* Name of the Cluster that this release makes, and of the Secret where there is none. */}}
{{- define "ai-app.databaseName" -}}
{{- include "ai-app.fullname" . }}-database
{{- end }}

{{/* "true" when this release itself makes the Secret, so that it does not exist before the release. */}}
{{- define "ai-app.databaseSecretIsOurs" -}}
{{- $database := .Values.database }}
{{- if and (not $database.existingSecret) (or $database.cloudNativePG.enabled .Values.externalSecret.enabled) }}
{{- print "true" }}
{{- end }}
{{- end }}

{{/*
The five parts as environment, in the form of ai-app.env. Takes root and names: mapping of host, port, name, username
and password to the variables that the app reads. A part that the values spell out is a text, the others come from the
Secret.
*/}}
{{- define "ai-app.databaseEnv" -}}
{{- $database := .root.Values.database }}
{{- $secret := include "ai-app.databaseSecret" .root }}
{{- range $part, $variable := .names }}
{{- $text := index (dict "host" $database.host "port" $database.port "name" $database.name) $part }}
{{- if $text }}
{{ $variable }}: {{ $text | toString | quote }}
{{- else }}
{{ $variable }}: {secretKeyRef: {name: {{ $secret | quote }}, key: {{ index $database.keys $part | quote }}}}
{{- end }}
{{- end }}
{{- end }}

{{/*
One part inside another variable's value: the text that the values spell out, else $(VARIABLE). Not always the latter,
because a value sees only variables that stand above it, and those from a Secret do. Takes root, part and variable.
*/}}
{{- define "ai-app.databasePart" -}}
{{- $database := .root.Values.database }}
{{- $text := index (dict "host" $database.host "port" $database.port "name" $database.name) .part }}
{{- if $text }}
{{- $text }}
{{- else }}
{{- printf "$(%s)" .variable }}
{{- end }}
{{- end }}

{{/* Entry of `secrets` of a description: what External Secrets brings, when it is to. Takes the chart's own context. */}}
{{- define "ai-app.databaseSecrets" -}}
{{- if and .Values.database.enabled (not .Values.database.existingSecret) (not .Values.database.cloudNativePG.enabled) }}
{{- $remote := .Values.externalSecret.database }}
- name: {{ include "ai-app.databaseSecret" . }}
  keys:
    - {secretKey: {{ .Values.database.keys.username | quote }}, remote: {{ toJson $remote.username }}}
    - {secretKey: {{ .Values.database.keys.password | quote }}, remote: {{ toJson $remote.password }}}
{{- end }}
{{- end }}

{{/* Rule of egress to the database. Takes the chart's own context. */}}
{{- define "ai-app.databaseEgress" -}}
{{- $database := .Values.database }}
{{- $peers := $database.peers }}
{{- if and $database.cloudNativePG.enabled (not $peers) }}
{{- $peers = list (dict "podSelector" (dict "matchLabels" (dict "cnpg.io/cluster" (include "ai-app.databaseName" .)))) }}
{{- end }}
{{- include "ai-app.egressTo" (dict "host" $database.host "port" $database.podPort "peers" $peers) }}
{{- end }}

{{/* A Cluster of CloudNativePG, which makes the Secret `<cluster>-app` by itself. Takes root and app. */}}
{{- define "ai-app.databaseCluster" -}}
{{- $root := .root }}
{{- $cluster := $root.Values.database.cloudNativePG }}
{{- if and $root.Values.database.enabled $cluster.enabled }}
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  {{- include "ai-app.metadata" (dict "root" $root "app" .app "name" (include "ai-app.databaseName" $root)) | nindent 2 }}
  annotations:
    # Removing it removes the data.
    helm.sh/resource-policy: keep
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
spec:
  instances: {{ $cluster.instances }}
  {{- with $cluster.imageName }}
  imageName: {{ . | quote }}
  {{- end }}
  bootstrap:
    initdb:
      database: {{ $cluster.database }}
      owner: {{ $cluster.owner }}
      {{- with $cluster.initSQL }}
      postInitApplicationSQL:
        {{- toYaml . | nindent 8 }}
      {{- end }}
  storage:
    size: {{ $cluster.storage.size | quote }}
    {{- with $cluster.storage.storageClass }}
    storageClass: {{ . | quote }}
    {{- end }}
  resources:
    {{- toYaml $cluster.resources | nindent 4 }}
  {{- with $cluster.spec }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- if $root.Values.networkPolicy.enabled }}
---
# Its pods are the operator's, and no policy of the app's is about them. What they call (the API server, each other,
# a place for backups) is left open.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "ai-app.metadata" (dict "root" $root "app" .app "name" (include "ai-app.databaseName" $root)) | nindent 2 }}
  annotations:
    # It stays as long as the Cluster does.
    helm.sh/resource-policy: keep
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
spec:
  podSelector:
    matchLabels:
      cnpg.io/cluster: {{ include "ai-app.databaseName" $root }}
  policyTypes:
    - Ingress
  ingress:
    # The app, and the Job that migrates.
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: {{ include "ai-app.name" $root }}
              app.kubernetes.io/instance: {{ $root.Release.Name }}
            matchExpressions:
              - {key: app.kubernetes.io/component, operator: NotIn, values: [test]}
      ports:
        - port: 5432
          protocol: TCP
    # Instances among themselves.
    - from:
        - podSelector:
            matchLabels:
              cnpg.io/cluster: {{ include "ai-app.databaseName" $root }}
      ports:
        - port: 5432
          protocol: TCP
        - port: 8000
          protocol: TCP
    {{- with $cluster.operator }}
    # The operator asks each instance how it is.
    - from:
        {{- toYaml . | nindent 8 }}
      ports:
        - port: 5432
          protocol: TCP
        - port: 8000
          protocol: TCP
    {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Takes the chart's own context. */}}
{{- define "ai-app.validateDatabase" -}}
{{- $database := .Values.database }}
{{- if $database.enabled }}
{{- if and $database.cloudNativePG.enabled $database.existingSecret }}
{{- fail "database.cloudNativePG.enabled and database.existingSecret are both set: the operator makes its own Secret. Empty existingSecret, or switch cloudNativePG off and use the database that the Secret names." }}
{{- end }}
{{- if and .Values.externalSecret.enabled (not $database.existingSecret) (not $database.cloudNativePG.enabled) }}
{{- if not (and .Values.externalSecret.database.username.key .Values.externalSecret.database.password.key) }}
{{- fail "database.enabled is true and nothing says where its credentials come from. Set database.existingSecret, database.cloudNativePG.enabled, or externalSecret.database.username.key and password.key." }}
{{- end }}
{{- if not (and $database.host $database.port $database.name) }}
{{- fail "externalSecret brings user and password of the database only: set database.host, database.port and database.name." }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
