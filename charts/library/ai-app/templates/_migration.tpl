{{/*
The tables of a database, made and changed by one Job before pods of a new version start; group `database` of the
values. A chart describes the Job with these parts and renders it with ai-app.migration:

    suffix: migrate
    component: migration
    workload:
      {{- include "ai-app.migrationWorkload" . | nindent 2 }}
    pod:
      {{- include "ai-app.migrationPod" . | nindent 2 }}
    network:
      {{- include "ai-app.migrationNetwork" . | nindent 2 }}
*/}}

{{/*
When it runs. Helm: before the pods, and after the install only where the release itself brings the database's
credentials. Argo CD, which looks at its own annotations alone: within the sync, after what the Job needs (wave 0) and
before the pods (wave 2). Takes root, weight and wave.
*/}}
{{- define "ai-app.migrationHook" -}}
helm.sh/hook: {{ empty (include "ai-app.databaseSecretIsOurs" .root) | ternary "pre-install" "post-install" }},pre-upgrade
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation
argocd.argoproj.io/hook: Sync
argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
argocd.argoproj.io/sync-wave: {{ .wave | quote }}
{{- end }}

{{/* Annotation of the workload that waits for it. */}}
{{- define "ai-app.afterMigration" -}}
argocd.argoproj.io/sync-wave: "2"
{{- end }}

{{/* `workload` of its description. Takes the chart's own context. */}}
{{- define "ai-app.migrationWorkload" -}}
{{- $migration := .Values.migration -}}
kind: Job
annotations:
  {{- include "ai-app.migrationHook" (dict "root" . "weight" 0 "wave" 1) | nindent 2 }}
spec:
  backoffLimit: {{ $migration.retries }}
  activeDeadlineSeconds: {{ mul $migration.timeoutSeconds (add1 $migration.retries) }}
{{- end }}

{{/* `pod` of its description: a try that failed stays, and its log with it. Takes the chart's own context. */}}
{{- define "ai-app.migrationPod" -}}
restartPolicy: Never
serviceAccountName: {{ .Values.migration.serviceAccountName }}
{{- end }}

{{/*
`network` of its description. The policy comes before the Job, for namespaces in which nothing may leave by default.
Takes the chart's own context.
*/}}
{{- define "ai-app.migrationNetwork" -}}
annotations:
  {{- include "ai-app.migrationHook" (dict "root" . "weight" -1 "wave" 0) | nindent 2 }}
egress:
  {{- include "ai-app.databaseEgress" . | nindent 2 }}
{{- end }}

{{/* The Job and its network policy. Takes root and app. */}}
{{- define "ai-app.migration" -}}
{{- if .root.Values.migration.enabled }}
{{- include "ai-app.job" . }}
---
{{ include "ai-app.networkpolicy" . }}
{{- end }}
{{- end }}
